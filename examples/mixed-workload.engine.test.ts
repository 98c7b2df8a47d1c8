import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Engine } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';

const example = fileURLToPath(new URL('dist/mixed-workload.js', import.meta.url));

interface Run {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly session: string;
}

function start(environment: NodeJS.ProcessEnv = {}): Run {
  const session = `mixed-workload-test-${randomBytes(6).toString('hex')}`;
  const child = spawn(process.execPath, [example, session], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  return { child, session };
}

async function ended({ child }: Run): Promise<{ code: number; stdout: string; stderr: string }> {
  const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { code: code as number, stdout, stderr };
}

async function containersOf(session: string): Promise<number> {
  await using engine = await Engine.connect();
  return (await engine.containers.list({ all: true, filters: { label: [`drmaa2_jobsession=${session}`] } })).length;
}

describe('the mixed workload, piped', () => {
  it('prints a line for each transition, ends with what happened, and leaves no container', async () => {
    // Continuous integration sets these, and a pipe stays a pipe.
    const run = start({ CI: 'true', FORCE_COLOR: '1' });
    const { code, stdout, stderr } = await ended(run);
    expect(stderr).toBe('');
    for (const line of [
      /^ +\d+\.\d{3} s {2}fails +Failed +- +exit 3$/m,
      /^ +\d+\.\d{3} s {2}controlled +Suspended +stopped +-$/m,
      /^ +\d+\.\d{3} s {2}controlled +Failed +signal:SIGKILL +exit 137$/m,
      /^ +\d+\.\d{3} s {2}array\[3\] +Done +- +exit 0$/m,
      /^ {3}\| written in a container$/m,
      /^7 of 7 jobs ended as expected\n7 jobs deleted$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect(stdout).not.toContain('\u001b');
    expect(code).toBe(0);
    expect(await containersOf(run.session)).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('terminates and deletes its jobs at %s', async (signal) => {
    const run = start();
    const closed = once(run.child, 'close');
    for await (const line of createInterface(run.child.stdout)) {
      if (/controlled +Suspended/.test(line)) run.child.kill(signal);
    }
    expect(await closed).toEqual([signal === 'SIGINT' ? 130 : 143, null]);
    expect(await containersOf(run.session)).toBe(0);
  });

  it('deletes its jobs when nobody reads its lines any more', async () => {
    const run = start();
    const closed = once(run.child, 'close');
    await once(run.child.stdout, 'readable');
    run.child.stdout.destroy();
    expect(await closed).toEqual([141, null]);
    expect(await containersOf(run.session)).toBe(0);
  });

  it.each([
    ['no engine', { DOCKER_HOST: 'unix:///nowhere/docker.sock' }, 'cannot connect to unix:///nowhere/docker.sock'],
    ['no image', { DOCKER_TRACKER_IMAGE: 'docker-tracker/not-there:1' }, 'no such image: docker-tracker/not-there:1'],
  ])('says in one line that there is %s', async (_, environment, words) => {
    const { code, stdout, stderr } = await ended(start(environment));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
