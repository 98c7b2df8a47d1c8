import type { JobRecord } from '../core/job/job-record.js';
import { jobSnapshot, type JobSnapshot } from '../core/job/job-snapshot.js';
import type { Effect, JobTransition, Observation } from '../core/job/observation.js';
import { reduce } from '../core/job/reduce.js';
import { SharedValues } from './shared-values.js';

/** Removed jobs that are remembered; the engine's own memory of events is 256 long, so no replay reaches past it. */
export const TOMBSTONE_LIMIT = 1024;

export interface RecordUpdate {
  readonly record: JobRecord;
  readonly job: JobSnapshot;
  /** Before this observation; absent at first sight. */
  readonly before?: JobSnapshot;
  readonly transitions: readonly JobTransition[];
  /** Whether anything that a snapshot shows has changed. */
  readonly visible: boolean;
}

/** The jobs that are known, each folded by {@link reduce}, and a bounded memory of those that are gone. */
export class JobRecords {
  readonly #present = new Map<string, JobRecord>();
  readonly #snapshots = new Map<string, JobSnapshot>();
  readonly #tombstones = new Map<string, JobRecord>();
  readonly #forgotten = new Set<string>();
  readonly #values = new SharedValues();

  get(id: string): JobRecord | undefined {
    return this.#present.get(id);
  }

  /** What is remembered of a job whose container is gone. */
  tombstone(id: string): JobRecord | undefined {
    return this.#tombstones.get(id);
  }

  values(): IterableIterator<JobRecord> {
    return this.#present.values();
  }

  /** The job as its record shows it now. */
  snapshot(id: string): JobSnapshot | undefined {
    return this.#snapshots.get(id);
  }

  get size(): number {
    return this.#present.size;
  }

  /** Folds an observation. `undefined` update: nothing is known that was not known before. */
  fold(observation: Observation): { readonly update?: RecordUpdate; readonly effects: readonly Effect[] } {
    const { id } = observation;
    if (this.#forgotten.has(id)) return { effects: [] };
    const known = this.#present.get(id) ?? this.#tombstones.get(id);
    const { record: folded, transitions, effects } = reduce(known, observation);
    if (!folded || folded === known) return { effects };
    const record = this.#shared(known, folded);
    const before = this.#snapshots.get(id) ?? (known && jobSnapshot(known));
    const job = jobSnapshot(record);
    this.#keep(record, job);
    const visible = before === undefined || !sameSnapshot(before, job);
    return { effects, update: { record, job, transitions, visible, ...(before && { before }) } };
  }

  /** A job that was deleted on request is unknown from now on, whatever is still on its way about it. */
  forget(id: string): JobSnapshot | undefined {
    const known = this.#snapshots.get(id);
    this.#present.delete(id);
    this.#snapshots.delete(id);
    this.#tombstones.delete(id);
    this.#forgotten.add(id);
    dropOldest(this.#forgotten);
    return known;
  }

  /** Lets go of the jobs that nobody looks at any more; returns their ids. */
  drop(isLost: (record: JobRecord) => boolean): readonly string[] {
    const ids = [...this.#present.values()].filter(isLost).map(({ id }) => id);
    for (const id of ids) {
      this.#present.delete(id);
      this.#snapshots.delete(id);
    }
    for (const [id, record] of this.#tombstones) {
      if (isLost(record)) this.#tombstones.delete(id);
    }
    return ids;
  }

  /** At first sight, and when an inspect has told more: what follows keeps what is shared. */
  #shared(known: JobRecord | undefined, record: JobRecord): JobRecord {
    if (!known) return this.#values.record(record);
    const { details } = record;
    return details && !known.details ? { ...record, details: this.#values.details(details) } : record;
  }

  #keep(record: JobRecord, job: JobSnapshot): void {
    const { id } = record;
    if (record.removed) {
      this.#present.delete(id);
      this.#snapshots.delete(id);
      this.#tombstones.delete(id);
      this.#tombstones.set(id, record);
      dropOldest(this.#tombstones);
      return;
    }
    this.#tombstones.delete(id);
    this.#present.set(id, record);
    this.#snapshots.set(id, job);
  }
}

function dropOldest(memory: Map<string, unknown> | Set<string>): void {
  if (memory.size <= TOMBSTONE_LIMIT) return;
  const oldest = memory.keys().next();
  if (!oldest.done) memory.delete(oldest.value);
}

function sameSnapshot(one: JobSnapshot, other: JobSnapshot): boolean {
  const keys = Object.keys(one) as (keyof JobSnapshot)[];
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
