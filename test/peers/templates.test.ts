import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventLines } from '../event-lines.js';
import { exiting, rejection, Rig, SESSION_LABEL, sleeping, template } from './rig.js';

const CREATE = 'POST /containers/create';

describe('F30: a template of 64 KB whose label is redacted', () => {
  it('leaves each event below 1 KB and no value of a variable in any label', async () => {
    await using rig = await Rig.open({ tracker: { templateLabel: 'redacted' } });
    const secret = randomBytes(32_768).toString('hex');
    const told = eventLines(rig.fake.host, `${SESSION_LABEL}=${rig.session}`);
    const id = await rig.tracker.addJob(exiting(0, { jobEnvironment: { SECRET: secret, TOKEN: 'hunter2' } }));
    await rig.tracker.wait(id, ['Done']);
    const { Config } = await rig.onlooker.containers.inspect(id);
    expect(Config.Env).toContain(`SECRET=${secret}`);
    for (const value of Object.values(Config.Labels)) {
      for (const shown of [value, Buffer.from(value, 'base64').toString()]) {
        expect(shown).not.toMatch(/hunter2/);
        expect(shown).not.toContain(secret);
      }
    }
    const lines = await told;
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(1024);
    expect((await rig.tracker.jobTemplate(id)).jobEnvironment).toEqual({ SECRET: '', TOKEN: '' });
  });
});

describe('F46: an array', () => {
  it.each([
    [{ begin: 1, end: 3, step: 0 }, 'step is 0'],
    [{ begin: 1, end: 3, step: -1 }, 'step is -1'],
    [{ begin: 3, end: 1 }, 'end is 1'],
    [{ begin: 0, end: 1 }, 'begin is 0'],
    [{ begin: 1, end: 2.5 }, 'end is 2.5'],
    [{ begin: 1, end: 3, maxParallel: -1 }, 'maxParallel is -1'],
    [{ begin: 1, end: Number.MAX_SAFE_INTEGER }, 'the array has'],
  ])('of %j is refused before anything is created', async (range, message) => {
    await using rig = await Rig.open();
    const error = await rejection(rig.tracker.addArrayJob(sleeping(), range));
    expect(error).toMatchObject({ code: 'InvalidArgument', message: expect.stringContaining(message) as string });
    expect(rig.fake.count(CREATE)).toBe(0);
  });

  it('whose fifth task cannot be created is refused by name, and no task is left, nor a lock of its files', async () => {
    await using rig = await Rig.open();
    const folder = await mkdtemp(join(tmpdir(), 'peers-templates-'));
    try {
      for (const index of [1, 2, 3, 4, 6, 7, 8]) await mkdir(join(folder, String(index)));
      const outputPath = join(folder, '$DRMAA2_INDEX$', 'out');
      const error = await rejection(rig.tracker.addArrayJob(sleeping({ outputPath }), { begin: 1, end: 8 }));
      expect(error.message).toMatch(/^task 5 of the array: outputPath/);
      expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
      expect([rig.tracker.listJobs(), rig.tracker.arrays()]).toEqual([[], []]);
      // Neither locks nor output files of the tasks that had been created.
      expect((await readdir(folder, { recursive: true })).sort()).toEqual(['1', '2', '3', '4', '6', '7', '8']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that is given up between two tasks leaves none', async () => {
    await using rig = await Rig.open();
    const abort = new AbortController();
    const reason = new Error('mine');
    let created = 0;
    const third = rig.fake.nextEvent(({ action }) => action === 'create' && (created += 1) === 3);
    const submission = rejection(rig.tracker.addArrayJob(sleeping(), { begin: 1, end: 100 }, { signal: abort.signal }));
    await third;
    abort.abort(reason);
    expect(await submission).toBe(reason);
    expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
    expect(rig.tracker.listJobs()).toEqual([]);
  });

  it('is told from a list of jobs: an id that is no array is refused', async () => {
    await using rig = await Rig.open();
    for (const id of ['_', '', '{}', '[1]', 'null']) expect(() => rig.tracker.listArrayJobs(id)).toThrow(/array/);
  });
});

describe('F47: a name that is used again', () => {
  it('right after its container was removed, is no obstacle, 200 times over', async () => {
    await using rig = await Rig.open();
    for (let round = 0; round < 200; round += 1) {
      const id = await rig.tracker.addJob(exiting(0, { jobName: 'nightly' }));
      await rig.tracker.wait(id, ['Done']);
      await rig.tracker.deleteJob(id);
    }
    expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
  });

  it('by a stranger’s container, leaves that alone', async () => {
    await using rig = await Rig.open();
    const body = { Image: template([]).jobCategory ?? '', Cmd: ['sleep', '3600'] };
    const { Id } = await rig.onlooker.containers.create(body, { name: 'nightly' });
    const id = await rig.tracker.addJob(exiting(0, { jobName: 'nightly' }));
    await rig.tracker.wait(id, ['Done']);
    expect((await rig.onlooker.containers.inspect(id)).Name).toMatch(/^\/nightly-[0-9a-f]{16}$/);
    expect((await rig.tracker.jobInfo(id)).extensionList.jobName).toBe('nightly');
    await rig.tracker.deleteJob(id);
    expect((await rig.onlooker.containers.inspect(Id)).Name).toBe('/nightly');
  });
});
