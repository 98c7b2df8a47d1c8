import type { WriteStream } from 'node:tty';
import type { DockerTracker, Freshness, JobSnapshot } from '@docker-tracker/tracker';
import { createLogUpdate } from 'log-update';
import type { Colors } from 'picocolors/types.js';
import { auditTime, fromEvent, interval, merge } from 'rxjs';
import type { Drawing } from './drawing.js';
import { tableText, type TableRow } from './table-text.js';
import { titleOf } from './workload.js';

/** Ten times a second looks live, and a storm of transitions costs no more than that. */
const REDRAW_MS = 100;
/** While nothing happens only the clocks go on. */
const CLOCK_MS = 500;

export interface LiveTableOptions {
  readonly output: WriteStream;
  readonly colors: Colors;
  /** The rows, in this order, from the beginning. */
  readonly titles: readonly string[];
}

/** For a terminal: one table that is drawn over itself whenever `jobs$` changes. */
export function drawTable(tracker: DockerTracker, { output, colors, titles }: LiveTableOptions): Drawing {
  const update = createLogUpdate(output);
  const clocks = new Map<string, { readonly since: number; until?: number }>();
  const start = performance.now();
  let jobs: ReadonlyMap<string, JobSnapshot> = new Map();
  let freshness: Freshness = 'live';

  const draw = (): void => {
    const rows = rowsOf(titles, jobs, clocks);
    const width = output.columns;
    update(tableText({ rows, freshness, elapsedMs: performance.now() - start }, { width, colors }));
  };
  const changes = tracker.jobs$.subscribe((now) => {
    jobs = now;
    for (const job of now.values()) keepClock(clocks, job);
  });
  changes.add(tracker.freshness$.subscribe((now) => (freshness = now)));
  changes.add(
    merge(tracker.jobs$, tracker.freshness$, fromEvent(output, 'resize'), interval(CLOCK_MS))
      .pipe(auditTime(REDRAW_MS))
      .subscribe(draw),
  );
  return {
    finish: () => {
      if (changes.closed) return;
      changes.unsubscribe();
      // `jobs$` tells of this turn's changes at its end; the snapshot has them already.
      jobs = tracker.snapshot();
      for (const job of jobs.values()) keepClock(clocks, job);
      draw();
      update.done();
    },
  };
}

/** From the moment a job is first seen to the moment its end is. */
function keepClock(clocks: Map<string, { readonly since: number; until?: number }>, { id, state }: JobSnapshot): void {
  const clock = clocks.get(id) ?? { since: performance.now() };
  clocks.set(id, clock);
  if (state === 'Done' || state === 'Failed') clock.until ??= performance.now();
}

function rowsOf(
  titles: readonly string[],
  jobs: ReadonlyMap<string, JobSnapshot>,
  clocks: ReadonlyMap<string, { readonly since: number; readonly until?: number }>,
): readonly TableRow[] {
  const byTitle = new Map([...jobs.values()].map((job) => [titleOf(job), job]));
  return titles.map((title) => {
    const job = byTitle.get(title);
    const clock = job && clocks.get(job.id);
    return { title, job, elapsedMs: clock && (clock.until ?? performance.now()) - clock.since };
  });
}
