import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { first, firstValueFrom, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { jobWhere } from './convergence.js';
import { Rig } from './rig.js';

const ttl = (seconds: number): { readonly extensionList: Readonly<Record<string, string>> } => ({
  extensionList: { ttl: String(seconds) },
});

describe('the extension ttl', () => {
  it('removes a job that long after its end, which is remembered, with its output whole', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'out');
    const id = await rig.tracker.addJob(rig.sh('echo all; exit 3', { outputPath, ...ttl(1) }));
    const ended = rig.tracker.wait(id, ['Failed']);
    await lastValueFrom(rig.tracker.job$(id));
    expect(await ended).toMatchObject({ exitStatus: 3 });
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Failed', subState: 'removed' });
    expect(await rig.tracker.jobInfo(id)).toMatchObject({ exitStatus: 3 });
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 3 });
    expect(await readFile(outputPath, 'utf8')).toBe('all\n');
    const gone = await rig.events.seen({ action: 'destroy', id });
    const died = await rig.events.seen({ action: 'die', id });
    expect(gone.timeNano - died.timeNano).toBeGreaterThanOrEqual(1_000_000_000n);
  });

  it('is kept by the tracker that opens the session again, also for a job that was cancelled', async () => {
    await using rig = await Rig.open();
    const ended = await rig.tracker.addJob(rig.sh('exit 0', ttl(1)));
    const cancelled = await rig.tracker.addJob(rig.sh('exit 0', { submitAsHold: true, ...ttl(1) }));
    await rig.tracker.wait(ended, ['Done']);
    await rig.tracker.jobControl(cancelled, 'terminate');
    await rig.tracker.close();
    const again = await rig.another();
    for (const id of [ended, cancelled]) await rig.events.seen({ action: 'destroy', id });
    await firstValueFrom(again.jobs$.pipe(first((jobs) => jobs.size === 0)));
  });

  it('leaves a job alone that goes on, and one that was started again', async () => {
    await using rig = await Rig.open();
    const id = await rig.waiter(0, ttl(2));
    await rig.engine.containers.kill(id, { signal: 'SIGTERM' });
    await rig.tracker.wait(id, ['Done']);
    await rig.engine.containers.start(id);
    // The event of the start may be later than its answer.
    await jobWhere(rig.tracker, id, ({ state }) => state === 'Running');
    // As long again as it would have stayed.
    const clock = await rig.tracker.addJob(rig.sh('exit 0', { startTime: new Date(Date.now() + 3_000) }));
    await rig.tracker.wait(clock, ['Done']);
    expect(await rig.tracker.jobState(id)).toMatchObject({ state: 'Running' });
  });
});

describe('reapAll', () => {
  it('deletes the jobs that are over, and no others', async () => {
    await using rig = await Rig.open();
    const stranger = await rig.another({ session: `${rig.session}-other` });
    const foreign = await stranger.addJob(rig.sh('exit 0'));
    await stranger.wait(foreign, ['Done']);
    const running = await rig.sleeper();
    const held = await rig.tracker.addJob(rig.sh('exit 0', { submitAsHold: true }));
    const cancelled = await rig.tracker.addJob(rig.sh('exit 0', { submitAsHold: true }));
    await rig.tracker.jobControl(cancelled, 'terminate');
    const over = await Promise.all(
      Array.from({ length: 20 }, (_, code) => rig.tracker.addJob(rig.sh(`exit ${String(code % 2)}`))),
    );
    await Promise.all(over.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    expect(new Set(await rig.tracker.reapAll())).toEqual(new Set([...over, cancelled]));
    expect(new Set(rig.tracker.listJobs())).toEqual(new Set([running, held]));
    expect(await rig.tracker.jobState(cancelled)).toEqual({ state: 'Undetermined', subState: 'unknown' });
    expect((await rig.inspect(foreign)).State.Status).toBe('exited');
    expect(await rig.tracker.reapAll()).toEqual([]);
  });
});
