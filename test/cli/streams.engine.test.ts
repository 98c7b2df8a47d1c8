import { describe, expect, it } from 'vitest';
import { IMAGE, Rig } from '../real-engine/rig.js';
import { command, CommandProcess } from './command-process.js';

const NONE = ['--network', 'none'];

describe('docker-tracker array', () => {
  it('runs a task for each index, shows them all and ends with the first exit status that is not 0', async () => {
    await using rig = await Rig.open();
    await rig.tracker.close();
    const words = ['array', '--end', '5', '--step', '2', '--max-parallel', '1', ...NONE, '--name', 'sums', IMAGE];
    const { stdout, exitCode } = await command([...words, 'sh', '-c', 'exit $((TASK_ID - 1))'], {
      session: rig.session,
    });
    expect(exitCode).toBe(2);
    const shown = [...stdout.matchAll(/sums\[(\d)\] +(\w+) +(\d)/g)].map(([, ...row]) => row);
    expect(shown).toEqual([
      ['1', 'Done', '0'],
      ['3', 'Failed', '2'],
      ['5', 'Failed', '4'],
    ]);
  });

  it('leaves with --detach, and another docker-tracker names, starts, follows and terminates the tasks by the key', async () => {
    await using rig = await Rig.open();
    await rig.tracker.close();
    const docker = (...words: readonly string[]) => command(words, { session: rig.session });
    const array = ['array', '--detach', '--end', '2', ...NONE, IMAGE, 'sleep', '600'];
    const key = (await docker(...array)).stdout.trim();
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(await docker('wait', '--state', 'running', '--', key.slice(0, 8))).toMatchObject({
      stdout: 'Running\nRunning\n',
      exitCode: 0,
    });
    using events = new CommandProcess(['events', '--json', key], { session: rig.session });
    await events.says(/"live"/);
    expect((await docker('terminate', key)).stdout.trim().split('\n')).toHaveLength(2);
    await events.says(/"to":"Failed"[^\n]*\n[^]*"to":"Failed"[^\n]*\n/);
    events.process.kill('SIGINT');
    const { stdout, exitCode } = await events.end;
    expect(exitCode).toBe(130);
    const lines = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.at(-1)).toMatchObject({ type: 'transition', from: 'Running', to: 'Failed', job: { exitStatus: 137 } });
    expect(lines.at(-1)?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
  });

  it('terminates its tasks when it is interrupted', async () => {
    await using rig = await Rig.open();
    using run = new CommandProcess(['array', '--json', '--end', '2', ...NONE, IMAGE, 'sleep', '600'], {
      session: rig.session,
    });
    await run.says(/"to":"Running"[^\n]*\n[^]*"to":"Running"/);
    run.process.kill('SIGINT');
    expect((await run.end).exitCode).toBe(130);
    expect([...rig.tracker.snapshot().values()].map(({ exitStatus }) => exitStatus)).toEqual([137, 137]);
  });
});

describe('docker-tracker', () => {
  it('lists the images that are installed, and tells events in lines for people', async () => {
    await using rig = await Rig.open();
    expect((await command(['images'], rig)).stdout).toMatch(
      /^CATEGORY .*\n(?:.*\n)*docker-tracker\/busybox:test +[0-9a-f]{12} +\S+ MiB\n/,
    );
    expect(JSON.parse((await command(['images', '--json'], rig)).stdout)).toContainEqual(
      expect.objectContaining({ category: IMAGE, size: expect.any(Number) }),
    );
    const id = await rig.sleeper({ jobName: 'watched' });
    using events = new CommandProcess(['events', 'watched'], rig);
    await events.says(/the view is live/);
    await rig.tracker.jobControl(id, 'terminate');
    await events.says(/Z [0-9a-f]{12} \(watched\) Running -> Failed \(signal:SIGKILL\), exit status 137 \[\w+\]\n/);
    events.process.kill('SIGTERM');
    expect((await events.end).exitCode).toBe(143);
  });

  it('serves the dashboard until it is interrupted, and says where', async () => {
    await using rig = await Rig.open();
    using run = new CommandProcess(['dashboard', '--json', '--control'], rig);
    await run.says(/"url":/);
    const { url } = JSON.parse(run.stdout) as { readonly url: string };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=/);
    const page = await fetch(url, { signal: AbortSignal.timeout(20_000) });
    expect(page.status).toBe(200);
    expect(await page.text()).toMatch(/<!doctype html>/i);
    run.process.kill('SIGINT');
    expect(await run.end).toMatchObject({ exitCode: 130, stderr: '' });
  });
});
