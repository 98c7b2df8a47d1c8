import { Drmaa2Error, type JobTemplate } from '@docker-tracker/tracker';
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

/** Labels of somebody else's containers that look like this session's, and are not. */
const LOOKALIKES: readonly ((session: string) => string)[] = [
  (session) => `${session}\n`,
  (session) => `\n${session}`,
  (session) => `${session}\0`,
  (session) => `${session}\u0000x`,
  (session) => ` ${session} `,
  (session) => session.toUpperCase(),
  (session) => session.slice(0, -1),
  (session) => `${session}*`,
  (session) => `other\ndrmaa2_jobsession=${session}`,
  (session) => `${session}${'x'.repeat(100_000)}`,
  () => '.*',
  () => '',
];

/** Labels that somebody else gave to a container of this session. */
const HOSTILE_LABELS: readonly Readonly<Record<string, string>>[] = [
  { drmaa2jobtemplate: 'not base64\n' },
  { drmaa2jobtemplate: Buffer.from('{"jobName":["\\u001b[2J"]}').toString('base64') },
  { drmaa2_jobname: 'a\n2026-01-01 job b is Done\u001b[2J' },
  { drmaa2_priority: '9e999', drmaa2_wallclocklimit: '-1\n', drmaa2_deadlinetime: 'x', drmaa2_starttime: '\0' },
  { drmaa2_arraykey: 'not\na key', drmaa2_taskid: '1e9', drmaa2_arraycount: '-1' },
  { drmaa2_queuename: '\u202e'.repeat(1_000), drmaa2_accountingid: 'x'.repeat(500_000) },
  { 'a\nb': 'c\r\nd', __proto__x: 'y', constructor: 'z', exitCode: '0', signal: '9', oldName: '/x.queued-1' },
];

const HOSTILE_TASK = HOSTILE_LABELS.findIndex((labels) => 'drmaa2_arraykey' in labels);

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

  it('takes no container for a job of its session whose label only looks like it', async () => {
    await using rig = await Rig.open({ host: host() });
    const ids: string[] = [];
    for (const lookalike of LOOKALIKES) {
      const id = await rig.createForeign({ Labels: { drmaa2_jobsession: lookalike(rig.session) } });
      await rig.engine.containers.start(id);
      ids.push(id);
    }
    const own = await rig.tracker.addJob(rig.template(['sleep', '600']));
    await using reopened = await rig.another();
    for (const tracker of [rig.tracker, reopened]) {
      expect(tracker.listJobs()).toEqual([own]);
      for (const id of ids) await expect(tracker.jobInfo(id)).rejects.toMatchObject({ code: 'InvalidArgument' });
    }
  });

  it('reads hostile labels of a container as values of it alone, and tells of it on one line', async () => {
    await using rig = await Rig.open({ host: host() });
    const own = await rig.tracker.addJob(rig.template(['sleep', '600']));
    const ids: string[] = [];
    for (const Labels of HOSTILE_LABELS) {
      const id = await rig.create({ Labels });
      await rig.engine.containers.start(id);
      await rig.tracker.wait(id, ['Running']);
      ids.push(id);
    }
    await using reopened = await rig.another();
    for (const tracker of [rig.tracker, reopened]) {
      expect(tracker.listJobs()).toEqual(expect.arrayContaining([own, ...ids]));
      // Who labels a container as a task makes an array of it, and of nothing else.
      expect(tracker.arrays().flatMap(({ tasks }) => tasks.map(({ id }) => id))).toEqual([ids[HOSTILE_TASK]]);
      for (const [index, id] of ids.entries()) {
        expect(tracker.snapshot().get(id), JSON.stringify(HOSTILE_LABELS[index])).toMatchObject({
          session: rig.session,
          state: 'Running',
          subState: '',
        });
        await tracker.jobInfo(id);
        const refusal: unknown = await tracker.jobTemplate(id).then(
          () => undefined,
          (caught: unknown) => caught,
        );
        if (refusal === undefined) continue;
        expect(refusal).toBeInstanceOf(Drmaa2Error);
        expect((refusal as Error).message).not.toMatch(/\p{Cc}/u);
        expect((refusal as Error).message.length).toBeLessThan(1_000);
      }
    }
    expect(rig.tracker.snapshot().get(own)).toMatchObject({ state: 'Running', subState: '' });
    for (const id of ids) await rig.tracker.jobControl(id, 'terminate');
    expect(ids.map((id) => rig.tracker.snapshot().get(id)?.state)).toEqual(ids.map(() => 'Failed'));
  });
}
