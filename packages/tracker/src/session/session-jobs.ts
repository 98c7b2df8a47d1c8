import { BehaviorSubject, concat, defer, EMPTY, filter, of, Subject, takeWhile, type Observable } from 'rxjs';
import { jobSnapshot, type JobSnapshot } from '../core/job/job-snapshot.js';
import { placeOf } from '../core/queue/place.js';
import type { JobTransition } from '../core/job/observation.js';
import { JobView } from '../core/job/job-view.js';
import type { RecordUpdate } from '../watch/job-records.js';
import type { JobWatch } from '../watch/job-watch.js';
import { isOf, type WatchedSession } from '../watch/watched-session.js';

/** What one turn of the event loop changed. */
export interface JobChanges {
  readonly added: readonly JobSnapshot[];
  readonly changed: readonly JobSnapshot[];
  /** As they were last seen; their `removed` is true where the container is gone. */
  readonly removed: readonly JobSnapshot[];
}

/** The jobs of one session or of all, out of the watch's records: the view, its changes and the transitions. */
export class SessionJobs {
  readonly #watch: JobWatch;
  readonly #session: WatchedSession;
  readonly #view: BehaviorSubject<JobView>;
  readonly #changes = new Subject<JobChanges>();
  readonly #transitions = new Subject<JobTransition>();
  readonly #each = new Subject<JobSnapshot>();
  readonly #pending = new Map<string, { readonly before: JobSnapshot | undefined; now: JobSnapshot }>();
  readonly #stop: () => void;
  #current: JobView;
  #flush: NodeJS.Immediate | undefined;

  constructor(watch: JobWatch, session: WatchedSession) {
    this.#watch = watch;
    this.#session = session;
    this.#current = this.#initial();
    this.#view = new BehaviorSubject(this.#current);
    const updates = watch.updates$.subscribe((update) => {
      if (isOf(session, update.record) && placeOf(update.record) !== 'new') this.#update(update);
    });
    const forgotten = watch.forgotten$.subscribe((id) => {
      const last = this.#current.get(id);
      if (last) this.#change(id, { ...last, removed: true });
    });
    this.#stop = () => {
      updates.unsubscribe();
      forgotten.unsubscribe();
    };
  }

  get snapshot(): ReadonlyMap<string, JobSnapshot> {
    return this.#current;
  }

  get view$(): Observable<ReadonlyMap<string, JobSnapshot>> {
    return defer(() => {
      this.#publish();
      return this.#view;
    });
  }

  get changes$(): Observable<JobChanges> {
    return this.#changes.asObservable();
  }

  get transitions$(): Observable<JobTransition> {
    return this.#transitions.asObservable();
  }

  /** Every visible change of a job, synchronously, its last one with `removed` included. */
  get each$(): Observable<JobSnapshot> {
    return this.#each.asObservable();
  }

  /** The job now and at each change; completes after it is removed, at once for a job that is not there. */
  job$(id: string): Observable<JobSnapshot> {
    return defer(() => {
      const present = this.#current.get(id);
      if (!present) return EMPTY;
      const later = this.#each.pipe(
        filter((job) => job.id === id),
        takeWhile((job) => !job.removed, true),
      );
      return concat(of(present), later);
    });
  }

  close(): void {
    this.#stop();
    this.#publish();
    this.#view.complete();
    this.#changes.complete();
    this.#transitions.complete();
    this.#each.complete();
  }

  #initial(): JobView {
    const jobs = new Map<string, JobSnapshot>();
    for (const record of this.#watch.records.values()) {
      if (isOf(this.#session, record) && placeOf(record) !== 'new')
        jobs.set(record.id, this.#watch.records.snapshot(record.id) ?? jobSnapshot(record));
    }
    return JobView.empty().next(jobs);
  }

  #update({ job, transitions, visible }: RecordUpdate): void {
    if (visible) this.#change(job.id, job);
    for (const transition of transitions) this.#transitions.next(transition);
  }

  #change(id: string, job: JobSnapshot): void {
    const before = this.#current.get(id);
    // A container that was never shown and is gone already has nothing to tell the view.
    if (before || !job.removed) {
      const pending = this.#pending.get(id);
      if (pending) pending.now = job;
      else this.#pending.set(id, { before, now: job });
      this.#current = this.#current.next(new Map([[id, job.removed ? undefined : job]]));
      this.#flush ??= setImmediate(() => {
        this.#publish();
      });
    }
    this.#each.next(job);
  }

  /** One view for all that a turn of the event loop brought. */
  #publish(): void {
    clearImmediate(this.#flush);
    this.#flush = undefined;
    if (this.#pending.size === 0) return;
    const jobs = [...this.#pending.values()];
    this.#pending.clear();
    this.#view.next(this.#current);
    this.#changes.next({
      added: jobs.filter(({ before, now }) => !before && !now.removed).map(({ now }) => now),
      changed: jobs.filter(({ before, now }) => before && !now.removed).map(({ now }) => now),
      removed: jobs.filter(({ before, now }) => before && now.removed).map(({ now }) => now),
    });
  }
}
