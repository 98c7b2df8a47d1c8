import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filePlan } from '../core/template/file-plan.js';
import { JobFiles } from './job-files.js';

describe('JobFiles.prepare', () => {
  it('leaves what an output file holds, and no lock, for a job that was given up meanwhile', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'job-files-'));
    try {
      const outputPath = join(folder, 'out');
      await writeFile(outputPath, 'of an earlier job');
      const reason = new Error('changed my mind');
      const preparing = JobFiles.prepare({
        plan: filePlan({ jobCategory: 'image', remoteCommand: 'true', outputPath }, folder),
        copies: [],
        job: 'given-up',
        isOver: () => false,
        signal: AbortSignal.abort(reason),
      });
      await expect(preparing).rejects.toBe(reason);
      expect(await readdir(folder)).toEqual(['out']);
      expect(await readFile(outputPath, 'utf8')).toBe('of an earlier job');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
