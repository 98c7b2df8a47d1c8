import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../dist/scale/scale.js', import.meta.url));

// The full size is a command of its own: `npm run test:scale`.
it('2,000 jobs in two bursts of 5,000 events lose no ending and stay within their memory', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, '--small'], { timeout: 55_000 });
  expect(stdout).toMatch(/^jobs listed: 2000 in /m);
  expect(stdout).toMatch(/^endings: 200, 0 with a wrong status, 0 not told once$/m);
  expect(stdout).not.toContain('VIOLATION');
});
