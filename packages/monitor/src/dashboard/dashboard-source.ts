import type { JobInfo, JobState, JobTemplate } from '@docker-tracker/drmaa2';
import type { DockerTracker, Freshness, JobChanges, JobSnapshot, JobTransition } from '@docker-tracker/tracker';
import type { OutputChunk, OutputOptions } from '@docker-tracker/tracker';
import type { Observable } from 'rxjs';

/** One stretch of time that a job was in one state. */
export interface StateSpan {
  readonly state: JobState;
  readonly subState: string;
  /** RFC 3339. */
  readonly from: string;
  /** RFC 3339; absent while the state lasts. */
  readonly to?: string | undefined;
}

/** What the dashboard shows of the host; memory in KiB. */
export interface DashboardMachine {
  readonly name: string;
  readonly available?: boolean | undefined;
  readonly sockets: number;
  readonly coresPerSocket: number;
  readonly threadsPerCore: number;
  readonly load: number;
  readonly physMemory: number;
  readonly virtMemory?: number | undefined;
  readonly machineArch?: string | undefined;
  readonly machineOs?: string | undefined;
  readonly machineOsVersion?: string | undefined;
}

/** A sample of what a job uses. */
export interface DashboardUsage {
  /** RFC 3339. */
  readonly read: string;
  /** Seconds since the job's start. */
  readonly cpuTime: number;
  readonly memoryBytes: number;
  /** Percent of one processor, as the docker command computes it. */
  readonly cpuPercent?: number | undefined;
  readonly memoryLimitBytes?: number | undefined;
  readonly peakMemoryBytes?: number | undefined;
  readonly processes?: number | undefined;
}

/** The part of a DockerMonitor that the dashboard looks at. */
export interface DashboardSource {
  readonly scope: 'jobs' | 'containers';
  snapshot(): ReadonlyMap<string, JobSnapshot>;
  changes$(): Observable<JobChanges>;
  readonly transitions$: Observable<JobTransition>;
  readonly freshness$: Observable<Freshness>;
  readonly machine$: Observable<DashboardMachine>;
  usage$(jobId: string): Observable<DashboardUsage>;
  timeline(jobId: string): readonly StateSpan[];
  jobInfo(id: string): Promise<JobInfo>;
  jobTemplate(id: string): Promise<JobTemplate>;
  output(id: string, options?: OutputOptions): AsyncIterable<OutputChunk>;
  /** The tracker of a session, for the controls; the source closes it. */
  tracker(session: string): Promise<Pick<DockerTracker, 'jobControl' | 'deleteJob'>>;
}
