import type { JobRecord } from '../core/job/job-record.js';
import { priorityOf } from '../core/queue/place.js';
import { ARRAY_KEY_LABEL, TASK_ID_LABEL } from '../core/label/label-names.js';

/** What is dispatched as one: a job, or the tasks of one array that wait, by index. */
interface Group {
  readonly key: string;
  readonly priority: number;
  /** Order of submission, as this tracker saw it. */
  readonly order: number;
  readonly jobs: JobRecord[];
}

/** The jobs that wait for their turn: of a higher priority first, then as they were submitted. Kept in order as they come and go. */
export class WaitingLine {
  readonly #groups: Group[] = [];
  readonly #places = new Map<string, { readonly group: Group; readonly record: JobRecord }>();
  readonly #byKey = new Map<string, Group>();

  get size(): number {
    return this.#places.size;
  }

  /** Adds a job, or puts what is known of it now in the place of what was. */
  add(record: JobRecord): void {
    const { id } = record;
    const known = this.#places.get(id);
    const key = record.labels[ARRAY_KEY_LABEL] ?? id;
    const group = known?.group ?? this.#byKey.get(key) ?? this.#newGroup(key, record);
    if (known) group.jobs[placeOfJob(group.jobs, known.record)] = record;
    else insert(group.jobs, record, byIndex);
    this.#places.set(id, { group, record });
  }

  delete(id: string): void {
    const known = this.#places.get(id);
    if (!known) return;
    const { group, record } = known;
    this.#places.delete(id);
    group.jobs.splice(placeOfJob(group.jobs, record), 1);
    if (group.jobs.length > 0) return;
    this.#byKey.delete(group.key);
    this.#groups.splice(placeBehind(this.#groups, group, byTurn) - 1, 1);
  }

  /** Jobs that are dispatched as one, in the order in which they are to be started. Not to be changed while it is read. */
  *groups(): Iterable<readonly JobRecord[]> {
    for (const { jobs } of this.#groups) yield jobs;
  }

  #newGroup(key: string, record: JobRecord): Group {
    const group = { key, priority: priorityOf(record), order: record.firstSeen, jobs: [] };
    this.#byKey.set(key, group);
    insert(this.#groups, group, byTurn);
    return group;
  }
}

function byTurn(one: Group, other: Group): number {
  return other.priority - one.priority || one.order - other.order;
}

function byIndex(one: JobRecord, other: JobRecord): number {
  return Number(one.labels[TASK_ID_LABEL] ?? 0) - Number(other.labels[TASK_ID_LABEL] ?? 0);
}

function placeOfJob(jobs: readonly JobRecord[], record: JobRecord): number {
  const place = placeBehind(jobs, record, byIndex) - 1;
  // Somebody else's labels may give one index to two.
  return jobs[place]?.id === record.id ? place : jobs.indexOf(record);
}

function insert<Item>(line: Item[], item: Item, order: (one: Item, other: Item) => number): void {
  line.splice(placeBehind(line, item, order), 0, item);
}

/** Behind all that do not come after it. */
function placeBehind<Item>(line: readonly Item[], item: Item, order: (one: Item, other: Item) => number): number {
  let [from, to] = [0, line.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (order(line[middle]!, item) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
