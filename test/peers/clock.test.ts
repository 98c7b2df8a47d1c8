import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Rig, sleeping } from './rig.js';

const HOUR_MS = 3_600_000;

describe('a clock that is set', () => {
  it.each([
    ['back an hour', -HOUR_MS],
    ['back two seconds', -2_000],
    ['forward an hour', HOUR_MS],
  ])('%s hides no ending', async (_title, byMs) => {
    await using rig = await Rig.open();
    const ids = await rig.submit(10);
    const meant = new Map(ids.map((id, index) => [id, index % 4]));
    rig.fake.clock.jump(byMs);
    for (const [id, code] of meant) await rig.fake.exit(id, code);
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    rig.ledger.expectEndings(meant);
    const later = await rig.tracker.addJob(sleeping());
    await rig.fake.exit(later, 5);
    expect(await rig.tracker.wait(later, ['Failed'])).toMatchObject({ exitStatus: 5 });
    await rig.isLive();
    await rig.expectConverged();
  });

  it.each([
    ['back', -HOUR_MS],
    ['forward', HOUR_MS],
  ])('%s an hour in a gap hides no ending either', async (_title, byMs) => {
    await using rig = await Rig.open();
    const ids = await rig.submit(10);
    const gap = await rig.openGap();
    rig.fake.clock.jump(byMs);
    for (const id of ids.slice(0, 5)) await rig.fake.exit(id, 7);
    await gap.close();
    for (const id of ids.slice(5)) await rig.fake.exit(id, 7);
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Failed'])));
    rig.ledger.expectEndings(new Map(ids.map((id) => [id, 7])));
    await rig.isLive();
    await rig.expectConverged();
  });

  it('back an hour lets a job be suspended, resumed and run again', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    rig.fake.clock.jump(-HOUR_MS);
    await rig.tracker.jobControl(id, 'suspend');
    expect(rig.job(id)?.state).toBe('Suspended');
    await rig.tracker.jobControl(id, 'resume');
    expect(rig.job(id)?.state).toBe('Running');
    await rig.fake.exit(id, 1);
    await rig.tracker.wait(id, ['Failed']);
    const again = firstValueFrom(rig.tracker.transitions$.pipe(filter(({ to }) => to === 'Running')));
    await rig.onlooker.containers.start(id);
    expect((await again).jobId).toBe(id);
    rig.ledger.expectUnbroken();
    await rig.isLive();
    await rig.expectConverged();
  });
});
