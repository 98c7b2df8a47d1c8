import { getEventListeners } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IMAGE, inParallel, Rig, SESSION_LABEL, template } from './rig.js';

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'peers-output-'));
  try {
    await work(folder);
    expect((await readdir(folder)).filter((name) => name.includes('lock'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('F50: output of short jobs', () => {
  it('is whole in its file 1000 times over', () =>
    inFolder(async (folder) => {
      await using rig = await Rig.open();
      await inParallel(Array.from({ length: 1000 }), 8, async (_, round) => {
        const outputPath = join(folder, String(round));
        const id = await rig.tracker.addJob(template(['sh', '-c', 'echo one; echo two'], { outputPath }));
        await rig.tracker.wait(id, ['Done']);
        expect(await readFile(outputPath, 'utf8')).toBe('one\ntwo\n');
        await rig.tracker.deleteJob(id);
      });
    }));

  it('is whole for 200 jobs that write at once', () =>
    inFolder(async (folder) => {
      await using rig = await Rig.open();
      const ids = await inParallel(Array.from({ length: 200 }), 200, (_, index) =>
        rig.tracker.addJob(template(['echo', String(index)], { outputPath: join(folder, String(index)) })),
      );
      await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done'])));
      for (const index of ids.keys()) {
        expect(await readFile(join(folder, String(index)), 'utf8')).toBe(`${String(index)}\n`);
      }
    }));
});

describe('F23: one signal for many jobs with output', () => {
  it('prints no warning and leaves no listener', () =>
    inFolder(async (folder) => {
      await using rig = await Rig.open();
      const warnings: Error[] = [];
      const note = (warning: Error): void => void warnings.push(warning);
      process.on('warning', note);
      const { signal } = new AbortController();
      await inParallel(Array.from({ length: 200 }), 50, async (_, index) => {
        const outputPath = join(folder, String(index));
        const id = await rig.tracker.addJob(template(['echo', 'x'], { outputPath }), { signal });
        await rig.tracker.wait(id, ['Done'], { signal });
      });
      process.off('warning', note);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(warnings).toEqual([]);
    }));
});

describe('F12: standard input', () => {
  it('reaches its end, and the output goes on, 100 times over', () =>
    inFolder(async (folder) => {
      await using rig = await Rig.open();
      const inputPath = join(folder, 'in');
      await writeFile(inputPath, Buffer.alloc(100_000, 'x'));
      await inParallel(Array.from({ length: 100 }), 4, async (_, round) => {
        const outputPath = join(folder, `out${String(round)}`);
        const id = await rig.tracker.addJob(template(['wc', '-c'], { inputPath, outputPath }));
        await rig.tracker.wait(id, ['Done']);
        expect((await readFile(outputPath, 'utf8')).trim()).toBe('100000');
      });
    }));
});

describe('F10: the output of a job with a terminal', () => {
  it('comes as it is, in one stream', async () => {
    await using rig = await Rig.open();
    const Labels = { [SESSION_LABEL]: rig.session };
    const body = { Image: IMAGE, Cmd: ['sh', '-c', 'echo out; echo err >&2'], Tty: true, Labels };
    const { Id } = await rig.onlooker.containers.create(body);
    await rig.onlooker.containers.start(Id);
    await rig.tracker.wait(Id, ['Done']);
    let text = '';
    for await (const { stream, data } of rig.tracker.output(Id)) text += `${stream} ${data.toString()}`;
    expect(text.replaceAll('stdout ', '')).toBe('out\r\nerr\r\n');
  });
});

describe('F17: a job that is removed while somebody is about to wait for it', () => {
  it('settles the wait, 500 times over', async () => {
    await using rig = await Rig.open();
    await inParallel(Array.from({ length: 500 }), 8, async () => {
      const id = await rig.tracker.addJob(template(['true']));
      const removal = rig.onlooker.containers.remove(id, { force: true });
      const ended = await rig.tracker.wait(id, ['Done', 'Failed']).catch((error: unknown) => error);
      await removal;
      expect(ended).toMatchObject(ended instanceof Error ? { code: 'InvalidState' } : { state: 'Done' });
    });
  });
});

describe('F44: an answer to create that is lost', () => {
  it('leaves neither container nor lock of its output file', () =>
    inFolder(async (folder) => {
      await using rig = await Rig.open();
      rig.fake.dropResponse('POST /containers/create');
      const submission = rig.tracker.addJob(template(['true'], { outputPath: join(folder, 'out') }));
      await expect(submission).rejects.toMatchObject({ code: 'DrmCommunication' });
      expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
    }));
});

describe('output()', () => {
  const SCRIPT = `${Array.from({ length: 100 }, (_, index) => `echo ${String(index + 1)}`).join('; ')}; echo the end >&2`;
  const numbers = Array.from({ length: 100 }, (_, index) => `${String(index + 1)}\n`).join('');

  it('O1: gives every line and the error line last, 100 times over', async () => {
    await using rig = await Rig.open();
    await inParallel(Array.from({ length: 100 }), 8, async () => {
      const id = await rig.tracker.addJob(template(['sh', '-c', SCRIPT]));
      let text = '';
      for await (const { data } of rig.tracker.output(id, { follow: true })) text += data.toString();
      expect(text).toBe(`${numbers}the end\n`);
    });
  });

  it('O2: gives 99 and 100 as the last three lines without standard error, 100 times over', async () => {
    await using rig = await Rig.open();
    await inParallel(Array.from({ length: 100 }), 8, async () => {
      const id = await rig.tracker.addJob(template(['sh', '-c', SCRIPT]));
      await rig.tracker.wait(id, ['Done'], { timeoutMs: 30_000 });
      let text = '';
      for await (const { stream, data } of rig.tracker.output(id, { tail: 3 })) {
        if (stream === 'stdout') text += data.toString();
      }
      expect(text).toBe('99\n100\n');
    });
  });
});
