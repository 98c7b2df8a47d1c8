import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { IMAGE, Rig } from '../real-engine/rig.js';
import { COMMAND, command } from './command-process.js';

/** What bash offers for the last of the words. */
async function bashOffers(session: string, words: readonly string[]): Promise<readonly string[]> {
  const script = `docker-tracker() { "$NODE" "$COMMAND" "$@"; }
source <(docker-tracker completion bash)
COMP_WORDS=(docker-tracker "$@") COMP_CWORD=$#
_docker_tracker
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...process.env, NODE: process.execPath, COMMAND, DOCKER_TRACKER_SESSION: session };
  const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', ...words], { env, timeout: 40_000 });
  return stdout.trim().split('\n');
}

describe('completion in bash', () => {
  it('offers commands, the jobs that a command can do something to, and images', async () => {
    await using rig = await Rig.open();
    const running = await rig.sleeper({ jobName: 'running' });
    const ended = await rig.tracker.addJob(rig.sh('true', { jobName: 'ended' }));
    await rig.tracker.wait(ended, ['Done']);
    expect(await bashOffers(rig.session, ['ru'])).toEqual(['run']);
    expect(await bashOffers(rig.session, ['suspend', ''])).toEqual([running.slice(0, 12), 'running']);
    expect(await bashOffers(rig.session, ['rm', 'en'])).toEqual(['ended']);
    expect(await bashOffers(rig.session, ['run', '--pull', 'never', 'docker-tracker/'])).toContain(IMAGE);
  });

  it('offers nothing and says nothing where no engine is', async () => {
    const words = ['complete', '--', '--host', 'unix:///nowhere.sock', 'wait', ''];
    expect(await command(words, { session: 'none' })).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });
});
