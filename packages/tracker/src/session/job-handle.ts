import type { Observable } from 'rxjs';
import type { JobSnapshot } from '../core/job/job-snapshot.js';
import type { OutputChunk, OutputOptions } from '../output/job-output.js';

/** One submitted job, as most programs want it. */
export interface JobHandle {
  readonly id: string;
  /** The job now, then each change; completes when it is removed. */
  readonly state$: Observable<JobSnapshot>;
  /** Resolves at Done or Failed; rejects with InvalidState if the job was lost, InvalidSession if the tracker was closed first. */
  readonly ended: Promise<JobSnapshot>;
  output(options?: OutputOptions): AsyncIterable<OutputChunk>;
}
