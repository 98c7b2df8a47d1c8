import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { TransitionLog } from './convergence.js';
import { forgetEvents, said } from './onlooker.js';
import { engineHost, Rig } from './rig.js';

const ROUNDS = 20;

describe('F16: a job with rm', () => {
  it('tells its exit code in 20 rounds', async () => {
    await using rig = await Rig.open();
    const codes = Array.from({ length: ROUNDS }, (_, index) => (index * 13) % 256);
    const log = new TransitionLog(rig.tracker);
    const extensionList = { rm: 'true' };
    for (let at = 0; at < ROUNDS; at += 5) {
      const batch = codes.slice(at, at + 5);
      const ended = await Promise.all(
        batch.map(async (code) => {
          const id = await rig.tracker.addJob(rig.sh(`exit ${String(code)}`, { extensionList }));
          return rig.tracker.wait(id, ['Done', 'Failed']);
        }),
      );
      expect(ended.map(({ exitStatus }) => exitStatus)).toEqual(batch);
      for (const { id } of ended) expect(log.endings(id)).toHaveLength(1);
    }
  });

  it('whose die falls into an outage tells it none the less, as its wait was armed before the start', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
    const id = await rig.waiter(77, { extensionList: { rm: 'true' } });
    await said(rig.tracker, id, 'ready');
    const ended = rig.tracker.wait(id, ['Done', 'Failed']);
    const hold = proxy.hold('GET /events');
    expect(proxy.cutEvents()).toBe(1);
    await hold.first;
    await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
    await rig.events.seen({ action: 'destroy', id });
    // so many that the engine has forgotten the die when the stream is back
    await forgetEvents(rig);
    hold.release();
    expect(await ended).toMatchObject({ exitStatus: 77 });
  });
});

describe('F43: a job that cannot start', () => {
  it.each([
    ['a command that is not there', ['/no/such/command'], {}, 'no such file or directory'],
    ['a command that is no program', ['/etc/passwd'], {}, 'permission denied'],
    ['a network that is not there', ['true'], { net: 'no-such-network' }, 'no-such-network not found'],
    ['a policy that would restart it', ['/no/such/command'], { restart: 'always' }, 'no such file or directory'],
    ['rm, so that the engine removes it first', ['/no/such/command'], { rm: 'true' }, 'no such file or directory'],
  ])('for %s leaves nothing and says why', async (_why, command, extensionList, words) => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    await expect(rig.tracker.addJob(rig.template(command, { extensionList }))).rejects.toMatchObject({
      name: 'Drmaa2Error',
      code: 'InvalidArgument',
      message: expect.stringContaining(words) as string,
    });
    expect(await rig.containers()).toEqual([]);
    expect(rig.tracker.listJobs()).toEqual([]);
    expect(log.endings(log.all[0]?.jobId ?? '')).toEqual([]);
  });

  it('for a working directory that is a file leaves neither container nor open output file', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const file = join(folder, 'file');
    await writeFile(file, '');
    const template = rig.template(['true'], {
      stageInFiles: { [file]: '/srv' },
      workingDirectory: '/srv',
      outputPath: join(folder, 'out'),
    });
    await expect(rig.tracker.addJob(template)).rejects.toMatchObject({ name: 'Drmaa2Error' });
    expect(await rig.containers()).toEqual([]);
  });

  it('for an output file that cannot be written is refused before anything is created', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'no', 'such', 'folder', 'out');
    await expect(rig.tracker.addJob(rig.template(['true'], { outputPath }))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining(`outputPath cannot be opened for writing`) as string,
    });
    expect(await rig.containers()).toEqual([]);
  });

  it("as a task of an array is Failed with the engine's words, as each of the others is", async () => {
    await using rig = await Rig.open();
    const template = rig.template(['true'], { extensionList: { user: 'stranger' } });
    const ids = rig.tracker.listArrayJobs(await rig.tracker.addArrayJob(template, { begin: 1, end: 3 }));
    for (const id of ids) {
      const job = await rig.tracker.wait(id, ['Failed', 'Done']);
      expect(job).toMatchObject({ state: 'Failed', subState: 'start-failed' });
      expect(job.error).toContain('stranger');
    }
    expect(rig.tracker.arrays()).toHaveLength(1);
  });
});
