import { Drmaa2Error } from '../../drmaa2-error.js';
import type { JobInfo } from '../../job-info.js';
import { isTerminated, type JobControlAction, type JobState } from '../../job-state.js';
import type { JobTemplate } from '../../job-template.js';
import type { Cancellable, JobTracker, TaskIndices, TrackedJob } from '../../job-tracker.js';
import type { DrmsConnection, TrackerPlace, Version } from '../drms-connection.js';

interface MemoryJob {
  readonly id: string;
  readonly sessionName: string;
  readonly template: JobTemplate;
  state: JobState;
  exitStatus?: number;
}

/** Which states an action is legal in, and what it makes of them. */
const TRANSITIONS: Record<JobControlAction, Partial<Record<JobState, JobState>>> = {
  suspend: { Running: 'Suspended' },
  resume: { Suspended: 'Running' },
  hold: { Queued: 'QueuedHeld' },
  release: { QueuedHeld: 'Queued' },
  terminate: { Queued: 'Failed', QueuedHeld: 'Failed', Running: 'Failed', Suspended: 'Failed' },
};

/** A system that runs jobs in memory: they stay Queued, or held, until a test starts or ends them, and outlive every tracker. */
export class MemoryDrms implements DrmsConnection {
  readonly drmsName = 'memory';
  readonly jobs = new Map<string, MemoryJob>();
  readonly opened: TrackerPlace[] = [];
  readonly watchers = new Set<() => void>();
  openTrackers = 0;
  #submitted = 0;
  closed = false;
  /** What the next opening waits for, or fails with. */
  beforeOpening: () => Promise<void> = () => Promise.resolve();

  drmsVersion(): Promise<Version> {
    return Promise.resolve({ major: '1', minor: '2' });
  }

  supports(capability: string): boolean {
    return capability === 'BulkJobsMaxParallel';
  }

  async openJobTracker(place: TrackerPlace): Promise<JobTracker> {
    await this.beforeOpening();
    this.opened.push(place);
    this.openTrackers += 1;
    return new MemoryTracker(this, place.sessionName);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  submit(sessionName: string, template: JobTemplate): string {
    if (template.remoteCommand === undefined) throw new Drmaa2Error('InvalidArgument', 'remoteCommand is missing');
    this.#submitted += 1;
    const id = `job-${String(this.#submitted)}`;
    const state = template.submitAsHold === true ? 'QueuedHeld' : 'Queued';
    this.jobs.set(id, { id, sessionName, template, state });
    return id;
  }

  /** What the system does with a job by itself; an exit status ends it. */
  move(id: string, to: 'Running' | number): void {
    const job = this.jobs.get(id)!;
    job.state = to === 'Running' ? 'Running' : to === 0 ? 'Done' : 'Failed';
    if (typeof to === 'number') job.exitStatus = to;
    this.tell();
  }

  tell(): void {
    for (const watcher of this.watchers) watcher();
  }
}

class MemoryTracker implements JobTracker {
  readonly #drms: MemoryDrms;
  readonly #sessionName: string;
  readonly #end = new AbortController();

  constructor(drms: MemoryDrms, sessionName: string) {
    this.#drms = drms;
    this.#sessionName = sessionName;
  }

  async addJob(template: JobTemplate): Promise<string> {
    await Promise.resolve();
    return this.#drms.submit(this.#sessionName, template);
  }

  async addArrayJob(template: JobTemplate, { begin, end }: TaskIndices): Promise<string> {
    await Promise.resolve();
    const indices = Array.from({ length: end - begin + 1 }, (_, index) => begin + index);
    return JSON.stringify(indices.map(() => this.#drms.submit(this.#sessionName, template)));
  }

  listJobs(): readonly string[] {
    return [...this.#drms.jobs.values()].filter((job) => job.sessionName === this.#sessionName).map(({ id }) => id);
  }

  listArrayJobs(arrayJobId: string): readonly string[] {
    if (!arrayJobId.startsWith('[')) throw new Drmaa2Error('InvalidArgument', `${arrayJobId} is no array`);
    return JSON.parse(arrayJobId) as string[];
  }

  listJobCategories(): Promise<readonly string[]> {
    return Promise.resolve(['plain']);
  }

  async jobState(id: string): Promise<TrackedJob> {
    await Promise.resolve();
    const job = this.#drms.jobs.get(id);
    if (job?.sessionName !== this.#sessionName) return { id, state: 'Undetermined', subState: 'unknown' };
    return { id, state: job.state, subState: '' };
  }

  async jobInfo(id: string): Promise<JobInfo> {
    const { state, exitStatus } = await this.#job(id);
    const base = { id, state, subState: '', allocatedMachines: [], jobOwner: '', slots: 1, extensionList: {} };
    return exitStatus === undefined ? base : { ...base, exitStatus };
  }

  async jobTemplate(id: string): Promise<JobTemplate> {
    return (await this.#job(id)).template;
  }

  async jobControl(id: string, action: JobControlAction): Promise<void> {
    const job = await this.#job(id);
    const to = TRANSITIONS[action][job.state];
    if (to === undefined) throw new Drmaa2Error('InvalidState', `${id} is ${job.state}: no ${action}`);
    job.state = to;
    this.#drms.tell();
  }

  async jobControlArray(arrayJobId: string, action: JobControlAction): Promise<void> {
    const ids = this.listArrayJobs(arrayJobId);
    const results = await Promise.allSettled(ids.map((id) => this.jobControl(id, action)));
    if (results.every(({ status }) => status === 'rejected'))
      throw (results[0] as PromiseRejectedResult).reason as Error;
  }

  async wait(
    id: string,
    states: readonly JobState[],
    { timeoutMs, signal }: Cancellable & { readonly timeoutMs?: number | undefined } = {},
  ): Promise<TrackedJob> {
    await this.#job(id);
    const scope = AbortSignal.any([this.#end.signal, ...(signal ? [signal] : [])]);
    const listening = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let look: () => void = () => undefined;
    try {
      return await new Promise<TrackedJob>((resolve, reject) => {
        look = () => {
          const job = this.#drms.jobs.get(id);
          if (!job) reject(new Drmaa2Error('InvalidState', `${id} was removed`));
          else if (states.includes(job.state)) resolve({ id, state: job.state, subState: '' });
        };
        const timedOut = (): void => {
          reject(new Drmaa2Error('Timeout', `${id} is not yet there`));
        };
        const stopped = (): void => {
          reject(scope.reason as Error);
        };
        look();
        if (timeoutMs === 0) timedOut();
        if (scope.aborted) stopped();
        this.#drms.watchers.add(look);
        scope.addEventListener('abort', stopped, { signal: listening.signal });
        if (timeoutMs !== undefined) timer = setTimeout(timedOut, timeoutMs);
      });
    } finally {
      clearTimeout(timer);
      this.#drms.watchers.delete(look);
      listening.abort();
    }
  }

  async deleteJob(id: string): Promise<void> {
    const job = await this.#job(id);
    if (!isTerminated(job.state)) throw new Drmaa2Error('InvalidState', `${id} is ${job.state}`);
    this.#drms.jobs.delete(id);
    this.#drms.tell();
  }

  close(): Promise<void> {
    this.#drms.openTrackers -= 1;
    this.#end.abort(new Drmaa2Error('InvalidSession', 'the tracker was closed'));
    return Promise.resolve();
  }

  async #job(id: string): Promise<MemoryJob> {
    await Promise.resolve();
    const job = this.#drms.jobs.get(id);
    if (job?.sessionName === this.#sessionName) return job;
    throw new Drmaa2Error('InvalidArgument', `there is no job ${id}`);
  }
}
