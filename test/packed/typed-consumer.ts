/** A program that takes the packages at their word; it is compiled and never run. */
export const TYPED_CONSUMER = `
import { Engine, EngineHttpError, type EngineEvent } from '@docker-tracker/engine-client';
import { isTerminated, SessionManager, type Job, type JobInfo, type JobTemplate } from '@docker-tracker/drmaa2';
import { FileSessionStore } from '@docker-tracker/drmaa2/file-store';
import { dockerDrms, DockerTracker, Drmaa2Error, jobEmitter, type JobSnapshot, type JobState } from '@docker-tracker/tracker';

const template: JobTemplate = { jobCategory: 'busybox', remoteCommand: 'true', extensionList: { net: 'none' } };

export async function consume(): Promise<JobInfo> {
  await using engine = await Engine.connect({ host: 'unix:///var/run/docker.sock' });
  await using tracker = await DockerTracker.open({ session: 'typed', engine });
  const views: ReadonlyMap<string, JobSnapshot>[] = [];
  const subscription = tracker.jobs$.subscribe((view) => views.push(view));
  jobEmitter(tracker).on('transition', ({ from, to }) => {
    const states: readonly JobState[] = [from, to];
    return states;
  });
  const job = await tracker.run(template);
  const ended: JobSnapshot = await job.ended;
  if (!isTerminated(ended.state)) throw new Drmaa2Error('Internal', ended.state);
  for await (const { stream, data } of job.output({ follow: true })) process[stream].write(data);
  subscription.unsubscribe();
  // @ts-expect-error a state that DRMAA2 does not have
  await tracker.wait(job.id, ['Finished']);
  return tracker.jobInfo(job.id);
}

export async function consumeSessions(): Promise<Job> {
  await using manager = new SessionManager(dockerDrms(), { store: new FileSessionStore('/tmp/sessions') });
  const session = await manager.createJobSession('typed');
  const array = await session.runBulkJobs(template, { begin: 1, end: 2 });
  return session.waitAnyTerminated(array.getJobs(), { timeoutMs: 1000 });
}

export const statusOf = (error: unknown): number | undefined =>
  error instanceof EngineHttpError ? error.status : undefined;
export const actionOf = ({ action }: EngineEvent): string => action;
`;
