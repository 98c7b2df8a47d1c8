import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DockerTracker, JobControlAction } from '@docker-tracker/tracker';
import { config, firstValueFrom, take, toArray, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { converged, TransitionLog } from './convergence.js';
import { engineHost, Rig } from './rig.js';

describe('promise 7: bounded', () => {
  it('a subscriber that throws harms nobody else', async () => {
    const reported: unknown[] = [];
    const before = config.onUnhandledError;
    config.onUnhandledError = (error) => void reported.push(error);
    onTestFinished(() => void (config.onUnhandledError = before));
    await using rig = await Rig.open();
    const { tracker } = rig;
    const sources: readonly Observable<unknown>[] = [tracker.jobs$, tracker.changes$, tracker.transitions$];
    for (const source of sources) {
      source.subscribe(() => {
        throw new Error('a bad subscriber');
      });
    }
    const log = new TransitionLog(tracker);
    const id = await tracker.addJob(rig.sh('exit 2'));
    expect(await tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 2 });
    await converged(tracker, rig.engine, [id]);
    expect(log.states(id).at(-1)).toBe('Failed');
    expect(reported.length).toBeGreaterThan(2);
  });

  it('a reader of output that stops reading holds up neither its job nor another', async () => {
    await using rig = await Rig.open();
    const script = 'dd if=/dev/zero bs=65536 count=128 2>/dev/null; exit 6';
    const id = await rig.tracker.addJob(rig.sh(script));
    const reader = rig.tracker.output(id, { follow: true })[Symbol.asyncIterator]();
    expect((await reader.next()).done).toBe(false);
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 6 });
    await rig.tracker.wait(await rig.tracker.addJob(rig.template(['true'])), ['Done']);
    await rig.tracker.close();
    await expect(drained(reader)).rejects.toMatchObject({ code: 'InvalidSession' });
  });

  it('many changes in one turn of the event loop are one view', async () => {
    await using rig = await Rig.open();
    const ids = await Promise.all(Array.from({ length: 10 }, () => rig.sleeper()));
    const changes = firstValueFrom(rig.tracker.changes$.pipe(take(4), toArray()));
    let [views, turns] = [0, 0];
    const subscription = rig.tracker.jobs$.subscribe(() => (views += 1));
    const transitions = rig.tracker.transitions$.subscribe(() => (turns += 1));
    await Promise.all(ids.map((id) => rig.engine.containers.kill(id)));
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Failed'])));
    await converged(rig.tracker, rig.engine, ids);
    subscription.unsubscribe();
    transitions.unsubscribe();
    expect(turns).toBe(10);
    // each job changes by its kill, its die and the inspect that follows
    expect(views).toBeLessThanOrEqual(1 + 3 * ids.length);
    expect((await changes).flatMap(({ added, removed }) => [...added, ...removed])).toEqual([]);
  });
});

describe('promise 8: isolated', () => {
  const ACTIONS: readonly JobControlAction[] = ['suspend', 'resume', 'terminate', 'hold', 'release'];

  it.each(['a container of no session', 'a job of another session', 'an id that no engine knows'])(
    'every method refuses %s, and touches nothing',
    async (whose) => {
      await using rig = await Rig.open();
      const id = await foreignId(rig, whose);
      const before = whose.startsWith('an id') ? undefined : await rig.inspect(id);
      const { tracker } = rig;
      const unknown = { code: 'InvalidArgument', message: expect.stringContaining(id) as string };
      expect(await tracker.jobState(id)).toEqual({ state: 'Undetermined', subState: 'unknown' });
      await expect(tracker.jobInfo(id)).rejects.toMatchObject(unknown);
      await expect(tracker.jobTemplate(id)).rejects.toMatchObject(unknown);
      await expect(tracker.wait(id, ['Running'])).rejects.toMatchObject(unknown);
      await expect(tracker.deleteJob(id)).rejects.toMatchObject(unknown);
      await expect(drained(tracker.output(id)[Symbol.asyncIterator]())).rejects.toMatchObject(unknown);
      await expect(firstValueFrom(tracker.job$(id))).rejects.toMatchObject(unknown);
      for (const action of ACTIONS) await expect(tracker.jobControl(id, action)).rejects.toMatchObject(unknown);
      expect([tracker.listJobs(), tracker.snapshot().size, tracker.arrays()]).toEqual([[], 0, []]);
      if (before) expect(await rig.inspect(id)).toEqual(before);
    },
  );

  it('a name or a short id of an own job is no job id', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    const { Name } = await rig.inspect(id);
    for (const other of [Name.slice(1), id.slice(0, 12), id.toUpperCase(), '', '../json']) {
      await expect(rig.tracker.jobControl(other, 'terminate')).rejects.toMatchObject({ code: 'InvalidArgument' });
      expect(await rig.tracker.jobState(other)).toEqual({ state: 'Undetermined', subState: 'unknown' });
    }
    expect((await rig.tracker.jobState(id)).state).toBe('Running');
  });

  it('a job of another session is never in a view', async () => {
    await using rig = await Rig.open();
    const other = await rig.another({ session: `${rig.session}-other` });
    const log = new TransitionLog(rig.tracker);
    await other.wait(await other.addJob(rig.template(['true'])), ['Done']);
    await rig.tracker.wait(await rig.tracker.addJob(rig.template(['true'])), ['Done']);
    expect([rig.tracker.snapshot().size, other.snapshot().size]).toEqual([1, 1]);
    expect(new Set(log.all.map(({ jobId }) => jobId))).toEqual(new Set(rig.tracker.listJobs()));
  });
});

describe('promise 9: quiet', () => {
  it('F25: a program that opens, runs and closes ends by itself, without a word and without handlers', async () => {
    await using rig = await Rig.open();
    const program = fileURLToPath(new URL('./quiet-program.mjs', import.meta.url));
    const args = ['--unhandled-rejections=strict', program, engineHost(), rig.session, join(await rig.folder(), 'out')];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env: {}, timeout: 60_000 });
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
  });
});

async function foreignId(rig: Rig, whose: string): Promise<string> {
  if (whose === 'an id that no engine knows') return 'f'.repeat(64);
  if (whose === 'a container of no session') {
    const id = await rig.createForeign();
    await rig.engine.containers.start(id);
    return id;
  }
  const other: DockerTracker = await rig.another({ session: `${rig.session}-other` });
  return other.addJob(rig.template(['sleep', '600']));
}

async function drained(reader: AsyncIterator<unknown>): Promise<void> {
  while ((await reader.next()).done !== true);
}
