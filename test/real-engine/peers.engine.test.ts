import { randomBytes } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { eventLines } from '../event-lines.js';
import { engineHost, Rig, SESSION_LABEL } from './rig.js';

const ROUNDS = Array.from({ length: 20 }, (_, round) => String(round));

async function locksIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('lock'));
}

describe('F17: a job that is removed while somebody is about to wait for it', () => {
  it('settles the wait, 20 times over', async () => {
    await using rig = await Rig.open();
    const round = async (): Promise<void> => {
      const id = await rig.tracker.addJob(rig.template(['true']));
      const removal = rig.engine.containers.remove(id, { force: true });
      const ended = await rig.tracker.wait(id, ['Done', 'Failed']).catch((error: unknown) => error);
      await removal;
      // It ended by itself, was killed by the removal, or was gone before anybody knew.
      expect(ended).toMatchObject(
        ended instanceof Error ? { code: 'InvalidState' } : { state: expect.stringMatching(/Done|Failed/) as string },
      );
    };
    for (let rounds = 0; rounds < 20; rounds += 4) await Promise.all([round(), round(), round(), round()]);
    expect(await rig.containers()).toEqual([]);
  });
});

describe('F23: one signal for 20 jobs with output', () => {
  it('prints no warning and leaves no listener', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    try {
      const { signal } = new AbortController();
      await Promise.all(
        ROUNDS.map(async (round) => {
          const outputPath = join(folder, round);
          const id = await rig.tracker.addJob(rig.template(['echo', round], { outputPath }), { signal });
          await rig.tracker.wait(id, ['Done'], { signal });
          expect(await readFile(outputPath, 'utf8')).toBe(`${round}\n`);
        }),
      );
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    } finally {
      process.off('warning', note);
    }
    expect(warnings).toEqual([]);
  });
});

describe('F30: a template of 64 KB whose label is redacted', () => {
  it('leaves each event below 1 KB and no value of a variable in any label', async () => {
    await using rig = await Rig.open({ templateLabel: 'redacted' });
    const secret = randomBytes(32_768).toString('hex');
    const told = eventLines(engineHost(), `${SESSION_LABEL}=${rig.session}`);
    const id = await rig.tracker.addJob(rig.template(['true'], { jobEnvironment: { SECRET: secret } }));
    await rig.tracker.wait(id, ['Done']);
    const { Config } = await rig.inspect(id);
    expect(Config.Env).toContain(`SECRET=${secret}`);
    for (const value of Object.values(Config.Labels)) {
      expect(value).not.toContain(secret);
      expect(Buffer.from(value, 'base64').toString()).not.toContain(secret);
    }
    const lines = await told;
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(1024);
  });
});

describe('F44: an answer to create that is lost', () => {
  it('leaves neither container nor lock of its output file', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
    const folder = await rig.folder();
    const hold = proxy.hold('POST /containers/create');
    const submission = rig.tracker.addJob(rig.template(['true'], { outputPath: join(folder, 'out') }));
    const refused = expect(submission).rejects.toMatchObject({ code: 'DrmCommunication' });
    await rig.events.seen({ action: 'create' });
    expect(proxy.cut('POST /containers/create')).toBe(1);
    hold.release();
    await refused;
    expect(await rig.containers()).toEqual([]);
    expect(await locksIn(folder)).toEqual([]);
  });
});

describe('F46: an array', () => {
  it('of which a task cannot be created is refused by name, and no task is left, nor a lock of its files', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    for (const index of ['1', '2', '3', '5']) await mkdir(join(folder, index));
    const template = rig.template(['sleep', '600'], { outputPath: join(folder, '$DRMAA2_INDEX$', 'out') });
    await expect(rig.tracker.addArrayJob(template, { begin: 1, end: 5 })).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringMatching(/^task 4 of the array: outputPath/) as string,
    });
    expect(await rig.containers()).toEqual([]);
    expect([rig.tracker.listJobs(), rig.tracker.arrays()]).toEqual([[], []]);
    // Neither locks nor output files of the tasks that had been created.
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(['1', '2', '3', '5']);
  });

  it('that is given up between two tasks leaves none', async () => {
    await using rig = await Rig.open();
    const abort = new AbortController();
    const reason = new Error('mine');
    const template = rig.template(['sleep', '600']);
    const submission = rig.tracker.addArrayJob(template, { begin: 1, end: 30 }, { signal: abort.signal });
    const refused = expect(submission).rejects.toBe(reason);
    await rig.events.seen({ action: 'create', count: 3 });
    abort.abort(reason);
    await refused;
    expect(await rig.containers()).toEqual([]);
  });

  it('of step 0 or with its end before its begin is refused before anything is created', async () => {
    await using rig = await Rig.open();
    for (const range of [
      { begin: 1, end: 3, step: 0 },
      { begin: 3, end: 1 },
    ]) {
      const submission = rig.tracker.addArrayJob(rig.template(['true']), range);
      await expect(submission).rejects.toMatchObject({ code: 'InvalidArgument' });
    }
    expect(rig.events.count).toBe(0);
  });
});

describe('F47: a name that is used again', () => {
  it('right after its container was removed, is no obstacle, 20 times over', async () => {
    await using rig = await Rig.open();
    const jobName = rig.session;
    for (const _ of ROUNDS) {
      const id = await rig.tracker.addJob(rig.template(['true'], { jobName }));
      await rig.tracker.wait(id, ['Done']);
      await rig.tracker.deleteJob(id);
    }
    expect(await rig.containers()).toEqual([]);
  });

  it('by a stranger’s container, leaves that alone', async () => {
    await using rig = await Rig.open();
    const jobName = rig.session;
    const stranger = await rig.createForeign({}, jobName);
    const id = await rig.tracker.addJob(rig.template(['true'], { jobName }));
    await rig.tracker.wait(id, ['Done']);
    expect((await rig.inspect(id)).Name).toMatch(new RegExp(`^/${jobName}-[0-9a-f]{16}$`));
    await rig.tracker.deleteJob(id);
    expect((await rig.inspect(stranger)).Name).toBe(`/${jobName}`);
  });
});
