import { isTerminated } from '@docker-tracker/drmaa2';
import type { JobSnapshot } from '@docker-tracker/tracker';
import { durationText } from '../core/duration.js';
import { elapsed } from '../core/engine-time.js';
import { jobTitle, SHORT_ID } from '../core/job-name.js';
import { plainText } from '../core/plain-text.js';
import { subStateText } from '../core/sub-state.js';
import { stateColor, type Colors } from './state-colors.js';
import type { Column } from './table.js';

export interface JobColumnsLook {
  readonly colors: Colors;
  /** Milliseconds of our clock, for how long a job runs. */
  readonly now: number;
  readonly wholeIds?: boolean;
  /** Jobs of more than one session are shown. */
  readonly sessions?: boolean | undefined;
}

/** What `ps` and `top` show of a job. */
export function jobColumns({
  colors,
  now,
  wholeIds = false,
  sessions = false,
}: JobColumnsLook): readonly Column<JobSnapshot>[] {
  const session: Column<JobSnapshot> = { head: 'SESSION', dropped: 2, cell: (job) => plainText(job.session) };
  return [
    { head: 'JOB ID', dropped: 0, cell: ({ id }) => (wholeIds ? id : id.slice(0, SHORT_ID)) },
    { head: 'NAME', dropped: 0, cell: jobTitle },
    {
      head: 'STATE',
      dropped: 0,
      cell: ({ state }) => state,
      paint: (text, { state }) => stateColor(state, colors)(text),
    },
    { head: 'SUB-STATE', dropped: 3, cell: subStateText },
    { head: 'EXIT', dropped: 1, align: 'right', cell: ({ exitStatus }) => String(exitStatus ?? '') },
    { head: 'TIME', dropped: 2, align: 'right', cell: (job) => runTime(job, now) },
    { head: 'STARTED', dropped: 4, align: 'right', cell: ({ startedAt }) => agoText(startedAt, now) },
    ...(sessions ? [session] : []),
    { head: 'CATEGORY', dropped: 5, cell: ({ category }) => plainText(category) },
  ];
}

/** How long the run took, or takes already. */
function runTime({ startedAt, finishedAt, state }: JobSnapshot, now: number): string {
  if (isTerminated(state) && finishedAt === undefined) return '';
  const ms = elapsed(startedAt, finishedAt ?? now);
  return ms === undefined ? '' : durationText(ms);
}

function agoText(time: string | undefined, now: number): string {
  const ms = elapsed(time, now);
  return ms === undefined ? '' : `${durationText(ms)} ago`;
}
