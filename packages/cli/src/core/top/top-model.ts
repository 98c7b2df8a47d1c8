import { JOB_STATES, type JobControlAction, type JobState } from '@docker-tracker/drmaa2';
import type { Freshness, JobSnapshot } from '@docker-tracker/tracker';
import { jobTitle } from '../job-name.js';
import { byText, newestFirst } from '../job-order.js';

/** What the table may be sorted by, in the order in which the key goes through them. */
export const SORTS = ['state', 'started', 'name', 'time', 'exit'] as const;
export type Sort = (typeof SORTS)[number];

/** What is done to the selected job. */
export type TopAction = JobControlAction | 'delete';

/** All that the screen shows: immutable. */
export interface TopModel {
  readonly title: string;
  readonly jobs: ReadonlyMap<string, JobSnapshot>;
  readonly freshness: Freshness;
  /** Milliseconds of our clock when it became so. */
  readonly freshnessSince: number;
  /** Milliseconds of our clock. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** Stays with the job, wherever it goes in the table. */
  readonly selectedId: string | undefined;
  /** The first row that is shown. */
  readonly offset: number;
  readonly filter: string;
  readonly sort: Sort;
  readonly mode: 'table' | 'filter' | 'help' | { readonly confirm: TopAction; readonly id: string };
  /** What came of the last action. */
  readonly message: string;
}

export function newTopModel(title: string, now: number): TopModel {
  return {
    title,
    jobs: new Map(),
    freshness: 'syncing',
    freshnessSince: now,
    now,
    columns: 80,
    rows: 24,
    selectedId: undefined,
    offset: 0,
    filter: '',
    sort: 'state',
    mode: 'table',
    message: '',
  };
}

/** Lines that are not jobs: title, counts, head of the table, keys. */
const OTHER_LINES = 4;

/** How many jobs the screen has room for. */
export function roomForJobs({ rows }: TopModel): number {
  return Math.max(1, rows - OTHER_LINES);
}

/** The jobs that the filter leaves, sorted. */
export function listedJobs({ jobs, filter, sort, now }: TopModel): readonly JobSnapshot[] {
  const wanted = filter.toLowerCase();
  const matching = [...jobs.values()].filter((job) => wanted === '' || searchedText(job).includes(wanted));
  const compare = COMPARE[sort];
  // Sorting is stable: where it makes no difference, the order stays.
  return newestFirst(matching).sort((one, other) => compare(one, other, now));
}

/** The model in which the selection is a job that is listed, and in view. */
export function settled(model: TopModel, listed: readonly JobSnapshot[], before?: readonly JobSnapshot[]): TopModel {
  const room = roomForJobs(model);
  const found = listed.findIndex(({ id }) => id === model.selectedId);
  // A selected job that has gone leaves the selection where it was.
  const was = before?.findIndex(({ id }) => id === model.selectedId) ?? -1;
  const at = found >= 0 ? found : Math.min(Math.max(was, 0), listed.length - 1);
  const lowest = Math.max(0, listed.length - room);
  const offset = Math.min(Math.max(model.offset, at - room + 1), Math.max(at, 0), lowest);
  return { ...model, selectedId: listed[at]?.id, offset };
}

/** How many jobs are in each state, those that nobody is in left out; in DRMAA2's order. */
export function countsByState(jobs: Iterable<JobSnapshot>): readonly (readonly [JobState, number])[] {
  const counts = new Map<JobState, number>(JOB_STATES.map((state) => [state, 0]));
  for (const { state } of jobs) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 0);
}

function searchedText({ id, state, subState, category, session, ...job }: JobSnapshot): string {
  const title = jobTitle({ id, state, subState, category, session, ...job });
  return `${id} ${title} ${state} ${subState} ${category} ${session}`.toLowerCase();
}

/** What goes on comes first, and what went wrong before what went well. */
const STATE_ORDER: Readonly<Record<JobState, number>> = {
  Running: 0,
  Suspended: 1,
  Queued: 2,
  QueuedHeld: 3,
  Requeued: 4,
  RequeuedHeld: 5,
  Undetermined: 6,
  Failed: 7,
  Done: 8,
};

type Compare = (one: JobSnapshot, other: JobSnapshot, now: number) => number;

const COMPARE: Readonly<Record<Sort, Compare>> = {
  state: (one, other) => STATE_ORDER[one.state] - STATE_ORDER[other.state],
  started: () => 0,
  name: (one, other) => byText(jobTitle(one), jobTitle(other)),
  time: (one, other, now) => runMs(other, now) - runMs(one, now),
  exit: (one, other) => (other.exitStatus ?? -1) - (one.exitStatus ?? -1),
};

function runMs({ startedAt, finishedAt }: JobSnapshot, now: number): number {
  if (startedAt === undefined) return -1;
  return (finishedAt === undefined ? now : Date.parse(finishedAt)) - Date.parse(startedAt);
}
