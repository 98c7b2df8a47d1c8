import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobState } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { Rig } from './rig.js';

const EVERY_STATE: readonly JobState[] = ['Running', 'Suspended', 'Queued', 'Done', 'Failed'];

describe('promise 4: read your writes', () => {
  it('snapshot() shows each effect right after the call, ten times over', async () => {
    await using rig = await Rig.open();
    const { tracker } = rig;
    const state = (id: string): JobState | undefined => tracker.snapshot().get(id)?.state;
    for (let round = 0; round < 10; round += 1) {
      const id = await rig.sleeper({ extensionList: { suspend: round % 2 === 0 ? 'signal' : 'pause' } });
      expect(state(id)).toBe('Running');
      expect(tracker.snapshot().get(id)?.removed).toBe(false);
      await tracker.jobControl(id, 'suspend');
      expect(state(id)).toBe('Suspended');
      await tracker.jobControl(id, 'resume');
      expect(state(id)).toBe('Running');
      await tracker.jobControl(id, 'terminate');
      expect(state(id)).toBe('Failed');
      expect(tracker.snapshot().get(id)?.exitStatus).toBe(137);
      await tracker.deleteJob(id);
      expect(tracker.snapshot().has(id)).toBe(false);
    }
    expect(await rig.containers()).toEqual([]);
  });

  it('a very short job is shown by addJob as running or as ended, never as absent', async () => {
    await using rig = await Rig.open();
    for (let round = 0; round < 10; round += 1) {
      const id = await rig.tracker.addJob(rig.template(['true']));
      expect(EVERY_STATE).toContain(rig.tracker.snapshot().get(id)?.state);
    }
  });

  it('two trackers of a session see the same job, and each controls what the other submitted', async () => {
    await using rig = await Rig.open();
    const other = await rig.another();
    const id = await rig.sleeper();
    await other.wait(id, ['Running']);
    await other.jobControl(id, 'suspend');
    await rig.tracker.wait(id, ['Suspended']);
    await rig.tracker.jobControl(id, 'terminate');
    await other.wait(id, ['Failed']);
    await other.deleteJob(id);
    await expect(rig.tracker.wait(id, ['Running'])).rejects.toMatchObject({ code: 'InvalidState' });
  });

  it('terminate ends a job that is stopped, and one that is paused', async () => {
    await using rig = await Rig.open();
    for (const suspend of ['signal', 'pause']) {
      for (const terminate of ['kill', 'stop']) {
        const extensionList = { suspend, terminate, 'stop-timeout': '0' };
        const id = await rig.sleeper({ extensionList });
        await rig.tracker.jobControl(id, 'suspend');
        await rig.tracker.jobControl(id, 'terminate');
        expect(rig.tracker.snapshot().get(id), `${suspend} ${terminate}`).toMatchObject({ state: 'Failed' });
      }
    }
  });
});

describe('promise 5: output is whole', () => {
  const BYTES = 5 * 1024 * 1024;
  const WRITE = `dd if=/dev/urandom bs=65536 count=${String(BYTES / 65536)} 2>/dev/null`;

  it('5 MB of each stream are in their files when wait resolves', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const [outputPath, errorPath] = [join(folder, 'out'), join(folder, 'err')];
    const script = `${WRITE} >/tmp/data; cat /tmp/data; cat /tmp/data >&2; md5sum /tmp/data | cut -c1-32 >/tmp/sum; cat /tmp/sum`;
    const id = await rig.tracker.addJob(rig.sh(script, { outputPath, errorPath }));
    await rig.tracker.wait(id, ['Done']);
    const [out, err] = await Promise.all([readFile(outputPath), readFile(errorPath)]);
    expect(err).toHaveLength(BYTES);
    expect(out.subarray(0, BYTES).equals(err)).toBe(true);
    expect(out.subarray(BYTES).toString()).toBe(`${createHash('md5').update(err).digest('hex')}\n`);
  });

  it('joinFiles has every byte of both streams in one file', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'both');
    const lines = 20_000;
    const script = `i=0; while [ $i -lt ${String(lines)} ]; do echo o$i; echo e$i >&2; i=$((i+1)); done`;
    const id = await rig.tracker.addJob(rig.sh(script, { outputPath, joinFiles: true }));
    await rig.tracker.wait(id, ['Done']);
    const text = await readFile(outputPath, 'utf8');
    // The two streams travel apart: a line of one may be cut by one of the other.
    const numbers = Array.from({ length: lines }, (_, index) => index);
    expect(text).toHaveLength(numbers.reduce((sum, number) => sum + 2 * `o${String(number)}\n`.length, 0));
    expect([text.replace(/[^o]/g, '').length, text.replace(/[^e]/g, '').length]).toEqual([lines, lines]);
  });

  it('20 jobs that end at once each have their line', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const files = Array.from({ length: 20 }, (_, index) => join(folder, String(index)));
    await Promise.all(
      files.map(async (outputPath, index) => {
        const id = await rig.tracker.addJob(rig.template(['echo', String(index)], { outputPath }));
        await rig.tracker.wait(id, ['Done']);
        expect(await readFile(outputPath, 'utf8')).toBe(`${String(index)}\n`);
      }),
    );
  });

  it('a job that runs again has the output of both runs in its file', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'out');
    const script = 'echo run; [ -e /tmp/again ] && exit 0; touch /tmp/again; exit 1';
    const template = rig.sh(script, { outputPath, extensionList: { restart: 'on-failure:3' } });
    const id = await rig.tracker.addJob(template);
    await rig.tracker.wait(id, ['Done']);
    await rig.events.seen({ action: 'die', id, count: 2 });
    expect(await readFile(outputPath, 'utf8')).toBe('run\nrun\n');
  });
});
