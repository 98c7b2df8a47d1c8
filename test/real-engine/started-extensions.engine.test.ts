import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineHttpError, type ContainerInspect } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';
import { outputText, run, said } from './onlooker.js';
import { endsOnSignal, Rig } from './rig.js';

describe('a job started with an extension', () => {
  it('user runs as that user', async () => {
    await using rig = await Rig.open();
    expect(await run(rig.tracker, rig.template(['id', '-un'], { extensionList: { user: 'nobody' } }))).toBe('nobody\n');
  });

  it('user that is not in the image is refused in the engine’s words', async () => {
    await using rig = await Rig.open();
    await expect(
      rig.tracker.addJob(rig.template(['true'], { extensionList: { user: 'stranger' } })),
    ).rejects.toMatchObject({ message: expect.stringContaining('unable to find user stranger') as string });
    expect(await rig.containers()).toEqual([]);
  });

  it.each(['net', 'ipc', 'uts', 'pid'])('%s=host shares the host’s namespace', async (extension) => {
    await using rig = await Rig.open();
    const command = ['readlink', `/proc/self/ns/${extension}`];
    const onHost = rig.template(command, { extensionList: { [extension]: 'host' } });
    const [one, other, alone] = await Promise.all([
      run(rig.tracker, onHost),
      run(rig.tracker, onHost),
      run(rig.tracker, rig.template(command)),
    ]);
    expect(one).toMatch(new RegExp(`^${extension}:\\[\\d+\\]\n$`));
    expect(other).toBe(one);
    expect(alone).not.toBe(one);
  });

  it('shm-size has /dev/shm of that size', async () => {
    await using rig = await Rig.open();
    const script = 'df -k /dev/shm | tail -n 1';
    const line = await run(rig.tracker, rig.sh(script, { extensionList: { 'shm-size': '8m' } }));
    expect(line.split(/\s+/)[1]).toBe('8192');
  });

  it('ulimit has soft and hard limit', async () => {
    await using rig = await Rig.open();
    const template = rig.sh('ulimit -Sn; ulimit -Hn', { extensionList: { ulimit: 'nofile=123:456' } });
    expect(await run(rig.tracker, template)).toBe('123\n456\n');
  });

  it('entrypoint gives it the remoteCommand and args', async () => {
    await using rig = await Rig.open();
    const template = rig.template(['hello', 'two words'], { extensionList: { entrypoint: '/bin/echo  it says' } });
    expect(await run(rig.tracker, template)).toBe('it says hello two words\n');
  });

  it('image-command runs the image’s own command', async () => {
    await using rig = await Rig.open();
    const { jobCategory } = rig.template([]);
    const id = await rig.tracker.addJob({ jobCategory: jobCategory ?? '', extensionList: { 'image-command': 'true' } });
    // the image's shell finds its input at the end
    expect(await rig.tracker.wait(id, ['Done', 'Failed'])).toMatchObject({ state: 'Done', exitStatus: 0 });
    expect((await rig.tracker.jobInfo(id)).extensionList.commandline).toBe('sh');
  });

  it('rm is removed at its end, which is told first', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.sh('exit 5', { extensionList: { rm: 'true' } }));
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 5 });
    await rig.events.seen({ action: 'destroy', id });
    expect(await rig.containers()).toEqual([]);
  });

  it('stop-signal and terminate=stop is asked to end by that signal', async () => {
    await using rig = await Rig.open();
    const extensionList = { terminate: 'stop', 'stop-signal': 'SIGUSR1' };
    const id = await rig.tracker.addJob(rig.sh(endsOnSignal(7), { extensionList }));
    await said(rig.tracker, id, 'ready');
    await rig.tracker.jobControl(id, 'terminate');
    expect(rig.tracker.snapshot().get(id)).toMatchObject({ state: 'Failed', exitStatus: 7 });
  });

  it('stop-timeout is killed when it does not listen', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper({ extensionList: { terminate: 'stop', 'stop-timeout': '0' } });
    await rig.tracker.jobControl(id, 'terminate');
    expect(rig.tracker.snapshot().get(id)).toMatchObject({ state: 'Failed', exitStatus: 137 });
  });

  it('terminate=stop as the tracker’s option resumes what is paused, waits for the stop timeout, and kills then', async () => {
    await using rig = await Rig.open({ terminate: 'stop', suspend: 'pause' });
    const template = rig.sh("trap 'echo asked' TERM; echo ready; while :; do sleep 600 & wait $!; done", {
      extensionList: { 'stop-timeout': '1' },
    });
    const id = await rig.tracker.addJob(template);
    await said(rig.tracker, id, 'ready');
    await rig.tracker.jobControl(id, 'suspend');
    const seen: string[] = [];
    const states = rig.tracker.transitions$.subscribe(({ to }) => seen.push(to));
    await rig.tracker.jobControl(id, 'terminate');
    states.unsubscribe();
    expect(seen).toEqual(['Running', 'Failed']);
    expect(rig.tracker.snapshot().get(id)).toMatchObject({ state: 'Failed', exitStatus: 137 });
    expect((await outputText(rig.tracker, id)).stdout).toBe('ready\nasked\n');
  });

  it.each([
    ['hostname', 'node-7', 'hostname', 'node-7\n'],
    ['read-only', 'true', '(echo x >/x) 2>/dev/null || echo refused', 'refused\n'],
    ['tmpfs', '/t:size=1m', "grep -c ' /t tmpfs' /proc/mounts", '1\n'],
    ['mounts', 'type=tmpfs,target=/t', "grep -c ' /t tmpfs' /proc/mounts", '1\n'],
    ['cap-drop', 'ALL', "grep CapEff /proc/self/status | tr -d '\\t'", 'CapEff:0000000000000000\n'],
    ['add-host', 'db:10.0.0.1', "grep -c '10.0.0.1.*db' /etc/hosts", '1\n'],
    ['device', '/dev/null:/dev/nothing', 'test -c /dev/nothing && echo there', 'there\n'],
    ['security-opt', 'no-new-privileges', "grep NoNewPrivs /proc/self/status | tr -d '\\t'", 'NoNewPrivs:1\n'],
  ])('%s=%s holds inside', async (key, value, script, output) => {
    await using rig = await Rig.open();
    expect(await run(rig.tracker, rig.sh(script, { extensionList: { [key]: value } }))).toBe(output);
  });

  it.each([
    [{ extensionList: { platform: 'linux/s390x' } }, 'extension platform: '],
    [{ machineArch: 'PowerPC64' }, 'machineArch "PowerPC64": '],
    [{ machineOs: 'Win' }, 'machineOs "Win": '],
  ])('%j is refused by an engine whose image is another', async (asked, begin) => {
    await using rig = await Rig.open();
    await expect(rig.tracker.addJob(rig.template(['true'], asked))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining(begin) as string,
    });
    expect(await rig.containers()).toEqual([]);
  });

  it('machineOs and machineArch of the engine’s own host start', async () => {
    await using rig = await Rig.open();
    const machineArch = { x64: 'x64', arm64: 'ARM64' }[process.arch as string] ?? 'x86';
    expect(await run(rig.tracker, rig.template(['echo', 'ok'], { machineOs: 'Linux', machineArch }))).toBe('ok\n');
  });

  it.each([
    ['privileged', 'true', ({ HostConfig }: ContainerInspect) => HostConfig.Privileged],
    ['gpus', 'all', ({ HostConfig }: ContainerInspect) => HostConfig.DeviceRequests.length === 1],
    ['ulimit', 'memlock=-1', ({ HostConfig }: ContainerInspect) => HostConfig.Ulimits[0]?.Soft === -1],
  ])('%s=%s starts, or is refused in the engine’s words and leaves nothing', async (key, value, holds) => {
    await using rig = await Rig.open();
    const submission = rig.tracker.addJob(rig.template(['true'], { extensionList: { [key]: value } }));
    const refusal = await submission.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal === undefined) {
      expect(holds(await rig.inspect(await submission))).toBe(true);
      return;
    }
    expect(refusal).toMatchObject({ name: 'Drmaa2Error', cause: expect.any(EngineHttpError) as EngineHttpError });
    const { message, cause } = refusal as Error & { cause: EngineHttpError };
    expect(message).toBe(`addJob: ${cause.engineMessage}`);
    expect(await rig.containers()).toEqual([]);
  });
});

describe('a job started with an attribute', () => {
  it('stageInFiles reads the file, and cannot write it where it is mounted read-only', async () => {
    await using rig = await Rig.open();
    const file = join(await rig.folder(), 'input');
    await writeFile(file, 'from the host\n');
    const template = rig.sh('cat /in; echo no 2>/dev/null >/in || echo read-only', {
      stageInFiles: { [file]: '/in:ro' },
    });
    expect(await run(rig.tracker, template)).toBe('from the host\nread-only\n');
  });

  it('workingDirectory begins there', async () => {
    await using rig = await Rig.open();
    expect(await run(rig.tracker, rig.template(['pwd'], { workingDirectory: '/srv/data' }))).toBe('/srv/data\n');
  });

  it('jobEnvironment sees it', async () => {
    await using rig = await Rig.open();
    const template = rig.sh('echo "$KEY" "$OTHER"', { jobEnvironment: { KEY: 'a b', OTHER: '$HOME' } });
    expect(await run(rig.tracker, template)).toBe('a b $HOME\n');
  });

  it('candidateMachines has that hostname', async () => {
    await using rig = await Rig.open();
    expect(await run(rig.tracker, rig.template(['hostname'], { candidateMachines: ['node-7'] }))).toBe('node-7\n');
  });

  it('jobInfo tells every row', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(
      rig.template(['sh', '-c', 'exit 3'], {
        candidateMachines: ['node-7'],
        workingDirectory: '/srv',
        minSlots: 2,
        extensionList: { user: 'nobody' },
      }),
    );
    await rig.tracker.wait(id, ['Failed']);
    const { Created, State } = await rig.inspect(id);
    expect(await rig.tracker.jobInfo(id)).toMatchObject({
      id,
      state: 'Failed',
      slots: 2,
      exitStatus: 3,
      jobOwner: 'nobody',
      allocatedMachines: ['node-7'],
      submissionTime: Created,
      dispatchTime: State.StartedAt,
      finishTime: State.FinishedAt,
      extensionList: { workingdir: '/srv', commandline: 'sh -c exit 3', category: rig.template([]).jobCategory },
    });
  });
});
