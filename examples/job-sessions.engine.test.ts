import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Engine } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';

const example = fileURLToPath(new URL('job-sessions.mjs', import.meta.url));

describe('the example of job sessions', () => {
  it('leaves jobs behind, finds them in the next process, and leaves nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'job-sessions-'));
    const session = `job-sessions-test-${randomBytes(6).toString('hex')}`;
    const run = async (): Promise<string> => {
      const command = [example, folder, session, 'docker-tracker/busybox:test'];
      return (await promisify(execFile)(process.execPath, command, { timeout: 50_000 })).stdout;
    };
    await using engine = await Engine.connect();
    const filters = { label: [`drmaa2_jobsession=${session}`] };
    try {
      expect(await run()).toMatch(/^3 jobs submitted, the first has started: (Running|Done)\n$/);
      expect(await run()).toBe(`3 jobs found again\n${'Done with exit status 0\n'.repeat(3)}`);
      expect(await readdir(folder)).toEqual([]);
      expect(await engine.containers.list({ all: true, filters })).toEqual([]);
    } finally {
      const left = await engine.containers.list({ all: true, filters });
      await Promise.all(left.map(({ Id }) => engine.containers.remove(Id, { force: true, v: true })));
      await rm(folder, { recursive: true, force: true });
    }
  });
});
