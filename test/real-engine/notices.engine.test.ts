import type { JobNotice } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { Rig, TEMPLATE_LABEL } from './rig.js';

const both = { email: ['me@example.org'], emailOnStarted: true, emailOnTerminated: true };

describe('a tracker with a notifier', () => {
  it('tells of the start and the end of the jobs that ask for it, and of no others', async () => {
    const notices: JobNotice[] = [];
    await using rig = await Rig.open({ notifier: (notice) => void notices.push(notice) });
    const asking = await rig.waiter(3, both);
    const endOnly = await rig.waiter(0, { emailOnTerminated: true });
    const label = (await rig.inspect(asking)).Config.Labels[TEMPLATE_LABEL] ?? '';
    expect(JSON.parse(Buffer.from(label, 'base64').toString())).toMatchObject(both);
    const silent = await rig.waiter(0, { email: ['me@example.org'] });
    for (const id of [asking, endOnly, silent]) {
      await rig.engine.containers.kill(id, { signal: 'SIGTERM' });
      await rig.tracker.wait(id, ['Done', 'Failed']);
    }
    expect(notices.map(({ event, email, job }) => [event, job.id, email])).toEqual([
      ['started', asking, ['me@example.org']],
      ['terminated', asking, ['me@example.org']],
      ['terminated', endOnly, []],
    ]);
    expect(notices[1]?.job).toMatchObject({ state: 'Failed', exitStatus: 3 });
  });

  it('tells of a job that waited when it starts, and of a cancelled one its end alone', async () => {
    const notices: string[] = [];
    await using rig = await Rig.open({
      notifier: ({ event, job }) => void notices.push(`${event} ${job.jobName ?? ''}`),
    });
    const held = await rig.tracker.addJob(rig.sh('exit 0', { ...both, jobName: 'held', submitAsHold: true }));
    const cancelled = await rig.tracker.addJob(rig.sh('exit 0', { ...both, jobName: 'cancelled', submitAsHold: true }));
    await rig.tracker.jobControl(cancelled, 'terminate');
    await rig.tracker.jobControl(held, 'release');
    await rig.tracker.wait(held, ['Done']);
    expect(notices.filter((notice) => notice.endsWith('cancelled'))).toEqual(['terminated cancelled']);
    expect(notices.at(-1)).toBe('terminated held');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no mail today');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no mail today'))],
  ])('goes on where the notifier %s', async (_how, notifier) => {
    await using rig = await Rig.open({ notifier });
    const id = await rig.tracker.addJob(rig.sh('exit 0', both));
    expect(await rig.tracker.wait(id, ['Done'])).toMatchObject({ exitStatus: 0 });
  });

  it('has to be a function', async () => {
    const opened = Rig.open({ notifier: 'me@example.org' as never });
    await expect(opened).rejects.toThrow(
      'notifier is "me@example.org"; accepted: a function that is given a JobNotice',
    );
  });
});
