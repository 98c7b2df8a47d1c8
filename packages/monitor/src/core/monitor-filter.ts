import {
  checkJobFilter,
  Drmaa2Error,
  jobMatches,
  type JobFilter,
  type JobInfo,
  type JobState,
} from '@docker-tracker/drmaa2';

/** DRMAA2's filter, and the session: a monitor sees the jobs of all. */
export type MonitorFilter = JobFilter & { readonly session?: string | undefined };

/** @throws {Drmaa2Error} InvalidArgument naming attribute, value and accepted form. */
export function checkMonitorFilter(filter: MonitorFilter | undefined): void {
  const { session, ...ofJob } = filter ?? {};
  if (session !== undefined && typeof session !== 'string')
    throw new Drmaa2Error(
      'InvalidArgument',
      `the filter's session is ${JSON.stringify(session)}; it takes a session's name`,
    );
  checkJobFilter(filter === undefined || typeof filter !== 'object' ? filter : ofJob);
}

export function monitorMatches(
  info: JobInfo,
  session: string,
  { session: wanted, ...ofJob }: MonitorFilter = {},
): boolean {
  return (wanted === undefined || wanted === session) && jobMatches(info, ofJob);
}

/** Whether the filter is about others than this job, whatever else is learned of it. */
export function isRuledOut(info: JobInfo, session: string, filter: MonitorFilter): boolean {
  return !monitorMatches(info, session, { session: filter.session, id: filter.id });
}

/** Attributes that only an inspect tells of a job that had ended at first sight. */
const DETAILS = [
  'allocatedMachines',
  'jobOwner',
  'wallclockTime',
  'submissionTime',
  'dispatchTime',
  'finishTime',
  'annotation',
] as const;

/** Whether all that the filter looks at is known of this job. */
export function isTold(info: JobInfo, filter: MonitorFilter | undefined): boolean {
  const ended: readonly JobState[] = ['Done', 'Failed'];
  const isDetailed =
    info.submissionTime !== undefined && (!ended.includes(info.state) || info.finishTime !== undefined);
  return isDetailed || !DETAILS.some((attribute) => filter?.[attribute] !== undefined);
}

/** Whether the filter looks at what stands in a job's template alone. */
export function looksAtTemplate(filter: MonitorFilter | undefined): boolean {
  return filter?.slots !== undefined || filter?.queueName !== undefined;
}

/** Milliseconds until a running job has taken the time that is asked for, where nothing else keeps it from matching. */
export function matchesIn(info: JobInfo, session: string, filter: MonitorFilter | undefined): number | undefined {
  const { wallclockTime: wanted, ...others } = filter ?? {};
  const { wallclockTime: taken, finishTime } = info;
  if (wanted === undefined || taken === undefined || finishTime !== undefined || taken >= wanted) return undefined;
  return monitorMatches(info, session, others) ? Math.ceil((wanted - taken) * 1000) : undefined;
}
