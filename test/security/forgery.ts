import type { JobTemplate } from '@docker-tracker/tracker';
import { expect, it } from 'vitest';
import { Rig } from '../real-engine/rig.js';

type Forgery = readonly [what: string, more: (session: string) => Partial<JobTemplate>];

const REFUSED: readonly Forgery[] = [
  ['a session by a label', (session) => ({ extensionList: { labels: `drmaa2_jobsession=${session}-other` } })],
  ['an array by a label', () => ({ extensionList: { labels: 'drmaa2_arraykey=0123;drmaa2_taskid=1' } })],
  ['a place in the queue by a label', () => ({ extensionList: { labels: 'drmaa2_dispatch=1' } })],
  ['an exit code by a label', () => ({ extensionList: { labels: 'exitCode=0' } })],
  ['a name by a label', () => ({ extensionList: { labels: 'name=another' } })],
  ['a label by a line end in another', () => ({ extensionList: { labels: 'a=b\ndrmaa2_jobsession=other' } })],
  ['a line of a log by its name', () => ({ jobName: 'a\n2026-01-01 job b is Done' })],
  ['the end of a text by NUL', () => ({ queueName: 'a\0b' })],
  ['memory by a huge name', () => ({ jobName: 'a'.repeat(201) })],
  ['memory by a huge queue', () => ({ queueName: 'a'.repeat(300_000) })],
  ['memory by a huge environment', () => ({ jobEnvironment: { A: 'a'.repeat(300_000) } })],
  ['a fact by an extension that is none', () => ({ extensionList: { restart: 'no\nalways' } })],
];

const HARMLESS: readonly Forgery[] = [
  ['a queued job', () => ({ jobName: 'a.queued-1' })],
  ['a held job', () => ({ jobName: 'a.held-1' })],
  ['a cancelled job', () => ({ jobName: 'a.cancelled-1' })],
  ['a claimed job', () => ({ jobName: 'a.claim-1' })],
  ['a task in its slot', () => ({ jobName: '0123456789abcdef.slot-1' })],
  ['a job that is being created', () => ({ jobName: 'a.new' })],
  ['a path', () => ({ jobName: '../../containers/a' })],
  ['a task of an array', () => ({ jobEnvironment: { TASK_ID: '7' } })],
  ['a line of its labels', (session) => ({ accountingString: `a\ndrmaa2_jobsession=${session}-other` })],
];

/** What a template says is the job's own, and never the tracker's. */
export function forgery(host: () => string): void {
  it('refuses a template that would forge, before anything is created', async () => {
    await using rig = await Rig.open({ host: host() });
    for (const [what, more] of REFUSED) {
      const template = rig.template(['sleep', '600'], more(rig.session));
      const error: unknown = await rig.tracker.addJob(template).then(
        () => new Error(`${what} was accepted`),
        (caught: unknown) => caught,
      );
      expect(error, what).toMatchObject({ code: 'InvalidArgument' });
      expect((error as Error).message, what).not.toMatch(/\p{Cc}/u);
      expect((error as Error).message.length, what).toBeLessThan(1_000);
    }
    expect(await rig.containers()).toEqual([]);
  });

  it('runs a job as its own, whatever its name and its variables look like', async () => {
    await using rig = await Rig.open({ host: host() });
    const other = await rig.another({ session: `${rig.session}-other` });
    for (const [what, more] of HARMLESS) {
      const id = await rig.tracker.addJob(rig.template(['sleep', '600'], more(rig.session)));
      const job = rig.tracker.snapshot().get(id);
      expect(job, what).toMatchObject({ session: rig.session, state: 'Running', subState: '' });
      expect([job?.arrayKey, job?.taskIndex], what).toEqual([undefined, undefined]);
      expect(job?.containerName, what).toMatch(/^[\w-]+$/);
    }
    expect(rig.tracker.arrays()).toEqual([]);
    expect(other.listJobs()).toEqual([]);
    await using reopened = await rig.another();
    expect([...reopened.snapshot().values()].map(({ state }) => state)).toEqual(HARMLESS.map(() => 'Running'));
  });
}
