import { isTerminated, type JobInfo } from '@docker-tracker/drmaa2';
import { jobInfo } from '../core/job/job-info.js';
import type { JobRecord } from '../core/job/job-record.js';
import { badValue } from '../core/template/refusal.js';
import { outputTail } from '../output/output-tail.js';
import { templateOf } from './job-template.js';
import { describedRecord, type ReadContext } from './session-context.js';

export interface JobInfoOptions {
  /** Lines of output in the extension `output`, after the end and while the container is there; at most 4 KiB. 0: none. Default 10. */
  readonly outputTail?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** All that is known about a job, see `DockerTracker.jobInfo`. */
export async function describeJob(
  context: ReadContext,
  id: string,
  { outputTail: lines = 10, signal }: JobInfoOptions & { readonly signal: AbortSignal },
): Promise<JobInfo> {
  if (!Number.isSafeInteger(lines) || lines < 0) throw badValue('outputTail', lines, 'a number of lines from 0');
  const record = await describedRecord(context, id, signal);
  const info = knownInfo(context, record);
  const hasTail = lines > 0 && isTerminated(info.state) && !record.removed && record.details?.tty !== true;
  const output = hasTail ? await outputTail(context, id, lines, signal) : undefined;
  return output === undefined ? info : { ...info, extensionList: { ...info.extensionList, output } };
}

export interface KnownInfoOptions {
  /** False: the template is not read, so slots are 1 and there is no queue name. It is kept packed, and most looks need it not. Default true. */
  readonly template?: boolean | undefined;
}

/** What is known about a job without asking the engine. */
export function knownInfo(
  { watch, files, usage }: ReadContext,
  record: JobRecord,
  options: KnownInfoOptions = {},
): JobInfo {
  const { id } = record;
  const template = options.template === false ? undefined : templateOf(record);
  const info = jobInfo(record, {
    slots: template?.minSlots,
    queueName: template?.queueName,
    stopUnknown: watch.stopUnknown(id),
    now: BigInt(Date.now()) * 1_000_000n,
    usage: usage.last(id),
  });
  const failure = files?.failure(id);
  return failure ? { ...info, annotation: [info.annotation, failure.message].filter(Boolean).join('; ') } : info;
}
