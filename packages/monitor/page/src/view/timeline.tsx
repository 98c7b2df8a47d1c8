import { useRef, useState } from 'preact/hooks';
import { beginOf, endOf, hasEnded, LABELS, nameOf, type Job } from '../job.js';
import { listed } from '../listed.js';
import { engineNow, followStore, selected, store } from '../page-state.js';
import { hrefOf } from '../route.js';
import { duration, timeOfDay } from '../words.js';
import { Nothing, useRowHeight } from './job-table.jsx';
import { StateMark } from './state-mark.jsx';
import { useVirtualRows } from './virtual-rows.js';

const MINUTE = 60_000;
const WINDOWS = [
  { label: '1 min', ms: MINUTE },
  { label: '5 min', ms: 5 * MINUTE },
  { label: '15 min', ms: 15 * MINUTE },
  { label: '1 h', ms: 60 * MINUTE },
  { label: '6 h', ms: 360 * MINUTE },
  { label: '1 d', ms: 1_440 * MINUTE },
] as const;
const TICKS = 6;

/** A stretch of a job's life within what is shown. */
interface Bar {
  readonly state: Job['state'];
  readonly fromMs: number;
  readonly toMs: number;
}

/** When each job was in which state. */
export function Timeline() {
  followStore();
  const [windowMs, setWindowMs] = useState<number>(5 * MINUTE);
  const scroller = useRef<HTMLDivElement>(null);
  const ids = listed.value;
  const { rows, height } = useVirtualRows(ids.length, useRowHeight(30, 30), scroller);
  const toMs = engineNow.value;
  const fromMs = toMs - windowMs;
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => fromMs + (windowMs * index) / TICKS);
  return (
    <div class="timeline" role="table" aria-label="Timeline of states">
      <div class="timeline-head">
        <div class="tabs small" role="group" aria-label="How far back">
          {WINDOWS.map(({ label, ms }) => (
            <button
              key={ms}
              type="button"
              aria-pressed={ms === windowMs}
              onClick={() => {
                setWindowMs(ms);
              }}
            >
              {label}
            </button>
          ))}
        </div>
        <div class="axis" aria-hidden="true">
          {ticks.map((tick, index) => (
            <span key={index} style={{ left: `${String((100 * index) / TICKS)}%` }}>
              {index === TICKS ? 'now' : timeOfDay(tick, toMs).slice(windowMs > 60 * MINUTE ? 0 : -8)}
            </span>
          ))}
        </div>
      </div>
      <div class="rows" ref={scroller}>
        <div class="rows-all" style={{ height: `${String(height)}px` }}>
          {rows.map(({ index, start }) => {
            const job = store.jobs.get(ids[index] ?? '');
            return job && <Lane key={job.id} job={job} top={start} fromMs={fromMs} toMs={toMs} />;
          })}
        </div>
        {ids.length === 0 && <Nothing />}
      </div>
    </div>
  );
}

interface LaneProps {
  readonly job: Job;
  readonly top: number;
  readonly fromMs: number;
  readonly toMs: number;
}

function Lane({ job, top, fromMs, toMs }: LaneProps) {
  const part = (ms: number): number => (100 * (Math.min(Math.max(ms, fromMs), toMs) - fromMs)) / (toMs - fromMs);
  const end = endOf(job);
  return (
    <a
      class={`lane ${selected.value === job.id ? 'selected' : ''}`}
      role="row"
      href={hrefOf(job.id)}
      data-job={job.id}
      style={{ transform: `translateY(${String(top)}px)` }}
    >
      <span class="lane-name" role="rowheader">
        <StateMark state={job.state} />
        <span class="job-name">{nameOf(job)}</span>
        {job.taskIndex !== undefined && <span class="task">#{job.taskIndex}</span>}
      </span>
      <span class="track" role="cell">
        {barsOf(job, toMs)
          .filter((bar) => bar.toMs >= fromMs && bar.fromMs <= toMs)
          .map((bar, index) => (
            <span
              key={index}
              class={`bar state-${bar.state}`}
              title={`${LABELS[bar.state]} for ${duration(bar.toMs - bar.fromMs)}, from ${timeOfDay(bar.fromMs, toMs)}`}
              style={{ left: `${String(part(bar.fromMs))}%`, width: `${String(part(bar.toMs) - part(bar.fromMs))}%` }}
            />
          ))}
        {end !== undefined && end >= fromMs && (
          <span class="bar-end" style={{ left: `${String(part(end))}%` }}>
            <StateMark state={job.state} />
          </span>
        )}
      </span>
    </a>
  );
}

/** An end is a moment and no stretch; what was before this page looked is taken from the job's own times. */
function barsOf(job: Job, nowMs: number): Bar[] {
  const bars = job.spans.flatMap(([state, fromMs], index): Bar[] => {
    if (state === 'Done' || state === 'Failed') return [];
    const toMs = job.spans[index + 1]?.[1] ?? endOf(job) ?? nowMs;
    return [{ state, fromMs, toMs }];
  });
  const begin = beginOf(job);
  const first = bars[0]?.fromMs ?? endOf(job);
  if (
    job.startedAt !== undefined &&
    begin !== undefined &&
    first !== undefined &&
    begin < first &&
    !bars.some(isQueued)
  )
    bars.unshift({
      state: hasEnded(job) || bars[0]?.state === 'Suspended' ? 'Running' : job.state,
      fromMs: begin,
      toMs: first,
    });
  return bars;
}

function isQueued({ state }: Bar): boolean {
  return state.includes('ueued');
}
