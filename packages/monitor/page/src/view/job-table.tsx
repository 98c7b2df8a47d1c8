import { useEffect, useRef, useState } from 'preact/hooks';
import { beginOf, durationOf, nameOf, outcomeOf, reasonOf, shortId, subStateOf, type Job } from '../job.js';
import type { SortKey } from '../job-list.js';
import { listed } from '../listed.js';
import { engineNow, followStore, selected, sortBy, sorting, store } from '../page-state.js';
import { hrefOf } from '../route.js';
import { duration, timeOfDay } from '../words.js';
import { StateBadge } from './state-mark.jsx';
import { useVirtualRows } from './virtual-rows.js';

const COLUMNS: readonly { readonly key: SortKey; readonly title: string }[] = [
  { key: 'state', title: 'State' },
  { key: 'name', title: 'Job' },
  { key: 'session', title: 'Session' },
  { key: 'category', title: 'Image' },
  { key: 'started', title: 'Since' },
  { key: 'duration', title: 'Duration' },
  { key: 'outcome', title: 'Exit' },
];

const NARROW = matchMedia('(max-width: 720px)');

/** Row height in pixels, as the style sheet has it. */
export function useRowHeight(wide: number, narrow: number): number {
  const [isNarrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const onChange = (): void => {
      setNarrow(NARROW.matches);
    };
    NARROW.addEventListener('change', onChange);
    return () => {
      NARROW.removeEventListener('change', onChange);
    };
  }, []);
  return isNarrow ? narrow : wide;
}

export function JobTable() {
  followStore();
  const scroller = useRef<HTMLDivElement>(null);
  const ids = listed.value;
  const rowHeight = useRowHeight(38, 62);
  const { rows, height, scrollTo } = useVirtualRows(ids.length, rowHeight, scroller);
  const onto = selected.value === undefined ? -1 : ids.indexOf(selected.value);
  useEffect(() => {
    if (onto >= 0) scrollTo(onto);
    // Only when another one is selected: who scrolls away may stay there.
  }, [selected.value]);
  return (
    <div class="table" role="table" aria-label="Jobs" aria-rowcount={ids.length}>
      <div class="row table-head" role="row">
        {COLUMNS.map(({ key, title }) => (
          <SortButton key={key} sort={key} title={title} />
        ))}
      </div>
      <div class="rows" ref={scroller} tabIndex={-1}>
        <div class="rows-all" style={{ height: `${String(height)}px` }}>
          {rows.map(({ index, start }) => {
            const job = store.jobs.get(ids[index] ?? '');
            return job && <JobLine key={job.id} job={job} top={start} index={index} />;
          })}
        </div>
        {ids.length === 0 && <Nothing />}
      </div>
    </div>
  );
}

function SortButton({ sort, title }: { readonly sort: SortKey; readonly title: string }) {
  const { value } = sorting;
  const direction = value.sort !== sort ? undefined : value.descending ? 'descending' : 'ascending';
  return (
    <div role="columnheader" class={`cell cell-${sort}`} aria-sort={direction ?? 'none'}>
      <button
        type="button"
        onClick={() => {
          sortBy(sort);
        }}
      >
        {title}
        <span class="arrow" aria-hidden="true">
          {direction === undefined ? '' : direction === 'ascending' ? '↑' : '↓'}
        </span>
      </button>
    </div>
  );
}

function JobLine({ job, top, index }: { readonly job: Job; readonly top: number; readonly index: number }) {
  const now = engineNow.value;
  return (
    <a
      class={`row line ${selected.value === job.id ? 'selected' : ''}`}
      role="row"
      aria-rowindex={index + 1}
      data-job={job.id}
      href={hrefOf(job.id)}
      title={reasonOf(job) || nameOf(job)}
      style={{ transform: `translateY(${String(top)}px)` }}
    >
      <span role="cell" class="cell cell-state">
        <StateBadge state={job.state} subState={subStateOf(job)} />
      </span>
      <span role="cell" class="cell cell-name">
        <span class="job-name">{nameOf(job)}</span>
        {job.taskIndex !== undefined && <span class="task">#{job.taskIndex}</span>}
        <span class="id">{shortId(job.id)}</span>
      </span>
      <span role="cell" class="cell cell-session">
        {job.session}
      </span>
      <span role="cell" class="cell cell-category">
        {job.category}
      </span>
      <span role="cell" class="cell cell-started">
        {timeOfDay(beginOf(job), now)}
      </span>
      <span role="cell" class="cell cell-duration">
        {duration(durationOf(job, now))}
      </span>
      <span role="cell" class="cell cell-outcome">
        {outcomeOf(job)}
      </span>
    </a>
  );
}

/** What there is to say where no job is shown. */
export function Nothing() {
  const any = store.jobs.size > 0;
  return (
    <div class="nothing">
      <strong>{any ? 'No job matches.' : 'No jobs yet.'}</strong>
      <span>{any ? 'Esc clears search and filters.' : 'Jobs appear here the moment they are submitted.'}</span>
    </div>
  );
}
