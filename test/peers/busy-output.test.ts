import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Hold } from '../fake-engine/control/faults.js';
import { Rig, template, turnsUntil } from './rig.js';

const NEW_OUTPUT = 'output of the next job';

interface Busy {
  readonly rig: Rig;
  readonly folder: string;
  /** Says where the errors go that another job, which has ended, still keeps to itself. */
  readonly busyPath: string;
  /** What keeps the ended job's files from becoming whole. */
  readonly copying: Hold;
}

/** The end of a job is known, and its output file is not whole: what it leaves is still being copied out. */
async function whileOutputIsBusy(work: (busy: Busy) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'busy-output-'));
  try {
    await using rig = await Rig.open();
    const busyPath = join(folder, 'busy');
    const copying = rig.fake.hold('GET /containers/*/archive', { when: 'arrived' });
    const stageOutFiles = { '/result': join(folder, 'result') };
    const id = await rig.tracker.addJob(template(['echo', 'last words'], { outputPath: busyPath, stageOutFiles }));
    await firstValueFrom(rig.tracker.job$(id).pipe(filter(({ state }) => state === 'Done')));
    await copying.first;
    await work({ rig, folder, busyPath, copying });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Settles as the submission does; `waiting` resolves once it has its first file and comes to the busy one. */
function submit({ rig, folder, busyPath }: Busy, signal?: AbortSignal) {
  const outputPath = join(folder, NEW_OUTPUT);
  const submission = rig.tracker.addJob(
    template(['echo', 'next'], { outputPath, errorPath: busyPath }),
    signal && { signal },
  );
  submission.catch(() => undefined);
  return { submission, waiting: turnsUntil(() => existsSync(`${outputPath}.docker-tracker-lock`)) };
}

describe('a job whose output goes where an ended job still writes', () => {
  it('is submitted once those files are whole', () =>
    whileOutputIsBusy(async (busy) => {
      const { submission, waiting } = submit(busy);
      await waiting;
      expect(busy.rig.tracker.listJobs()).toHaveLength(1);
      busy.copying.release();
      await busy.rig.tracker.wait(await submission, ['Done']);
      expect(await readFile(join(busy.folder, NEW_OUTPUT), 'utf8')).toBe('next\n');
      expect(await readFile(busy.busyPath, 'utf8')).toBe('');
    }));

  it('is given up by its signal, and leaves nothing', () =>
    whileOutputIsBusy(async (busy) => {
      const before = await readdir(busy.folder);
      const stop = new AbortController();
      const { submission, waiting } = submit(busy, stop.signal);
      await waiting;
      const reason = new Error('changed my mind');
      stop.abort(reason);
      await expect(submission).rejects.toBe(reason);
      expect(await readdir(busy.folder)).toEqual(before);
      expect(busy.rig.fake.count('POST /containers/create')).toBe(1);
    }));

  it('is ended by close, and leaves nothing', () =>
    whileOutputIsBusy(async (busy) => {
      const { submission, waiting } = submit(busy);
      await waiting;
      await busy.rig.tracker.close();
      await expect(submission).rejects.toMatchObject({ name: 'Drmaa2Error', code: 'InvalidSession' });
      expect(await readdir(busy.folder)).not.toContain(NEW_OUTPUT);
      expect(busy.rig.fake.count('POST /containers/create')).toBe(1);
    }));
});
