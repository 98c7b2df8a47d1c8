import { hostname } from 'node:os';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { engineHost, Rig } from './rig.js';

const NANOSECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z$/;

describe('JobInfo', () => {
  it('tells everything about a job that ended, each time to the nanosecond as the engine has it', async () => {
    await using rig = await Rig.open();
    const more = { jobName: 'the job', workingDirectory: '/tmp', minSlots: 2, extensionList: { user: 'nobody' } };
    const id = await rig.tracker.addJob(rig.sh('seq 1 20; echo last >&2; exit 4', more));
    await rig.tracker.wait(id, ['Failed']);
    const info = await rig.tracker.jobInfo(id);
    const { Created, State, Config } = await rig.inspect(id);
    expect(info).toMatchObject({
      id,
      state: 'Failed',
      exitStatus: 4,
      jobOwner: 'nobody',
      slots: 2,
      allocatedMachines: [Config.Hostname],
      submissionMachine: hostname(),
      submissionTime: Created,
      dispatchTime: State.StartedAt,
      finishTime: State.FinishedAt,
      extensionList: { workingdir: '/tmp', jobName: 'the job', restartCount: '0', category: Config.Image },
    });
    for (const time of [info.submissionTime, info.dispatchTime, info.finishTime]) expect(time).toMatch(NANOSECONDS);
    expect(info.wallclockTime).toBeGreaterThanOrEqual(0);
    expect([info.terminatingSignal, info.annotation, info.cpuTime]).toEqual([undefined, undefined, undefined]);
    const tail = info.extensionList.output?.trim().split('\n') ?? [];
    expect(tail).toHaveLength(10);
    // The two streams reach the log by different ways.
    expect(tail).toContain('20');
    expect((await rig.tracker.jobInfo(id, { outputTail: 0 })).extensionList.output).toBeUndefined();
    await expect(rig.tracker.jobInfo(id, { outputTail: -1 })).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('has no exit status, finish time or output of a job that runs, and counts its time', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    const info = await rig.tracker.jobInfo(id);
    expect([info.exitStatus, info.finishTime, info.extensionList.output]).toEqual([undefined, undefined, undefined]);
    expect(info.wallclockTime).toBeGreaterThanOrEqual(0);
  });

  it('names the signal that ended a job, and how often a policy ran it again', async () => {
    await using rig = await Rig.open();
    const killed = await rig.sleeper();
    await rig.tracker.jobControl(killed, 'terminate');
    expect(await rig.tracker.jobInfo(killed)).toMatchObject({ exitStatus: 137, terminatingSignal: 'SIGKILL' });
    const again = await rig.tracker.addJob(rig.sh('exit 3', { extensionList: { restart: 'on-failure:2' } }));
    await rig.tracker.wait(again, ['Failed']);
    expect((await rig.tracker.jobInfo(again)).extensionList.restartCount).toBe('2');
  });

  it('F48: tells CPU time and peak memory of a job that somebody looked at, and asks for no sample otherwise', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
    const id = await rig.tracker.addJob(rig.sh("trap 'exit 0' USR1; while :; do :; done"));
    await rig.tracker.jobInfo(id);
    expect(proxy.count(/\/stats/)).toBe(0);
    const [one, other] = await Promise.all([
      firstValueFrom(rig.tracker.usage$(id)),
      firstValueFrom(rig.tracker.usage$(id)),
    ]);
    expect(other).toEqual(one);
    expect(proxy.count(/\/stats/)).toBe(1);
    expect(one.cpuTime).toBeGreaterThan(0);
    expect(one.peakMemoryBytes).toBeGreaterThanOrEqual(one.memoryBytes);
    let completed = false;
    const complete = new Promise<void>((resolve) => {
      rig.tracker.usage$(id).subscribe({ complete: resolve });
    }).then(() => (completed = true));
    await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
    await rig.tracker.wait(id, ['Done']);
    await complete;
    expect(completed).toBe(true);
    const info = await rig.tracker.jobInfo(id);
    expect(info.cpuTime).toBeGreaterThanOrEqual(one.cpuTime);
    expect(Number(info.extensionList.peakMemory)).toBeGreaterThan(0);
  });
});

describe('output()', () => {
  const SCRIPT = 'i=1; while [ $i -le 100 ]; do echo $i; i=$((i+1)); usleep 1000; done; echo the end >&2';
  const numbers = Array.from({ length: 100 }, (_, index) => `${String(index + 1)}\n`).join('');

  it('O1: of a running job is readable line after line as it is written, standard error included', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.sh(SCRIPT));
    const text = { stdout: '', stderr: '' };
    for await (const { stream, data } of rig.tracker.output(id, { follow: true })) text[stream] += data.toString();
    expect(text).toEqual({ stdout: numbers, stderr: 'the end\n' });
  });

  it('O2: of an ended job, the last three lines without standard error are 99 and 100', async () => {
    await using rig = await Rig.open();
    for (let round = 0; round < 20; round += 1) {
      const id = await rig.tracker.addJob(rig.sh(SCRIPT.replace('usleep 1000;', '')));
      await rig.tracker.wait(id, ['Done'], { timeoutMs: 30_000 });
      const all = { stdout: '', stderr: '' };
      for await (const { stream, data } of rig.tracker.output(id, { tail: 3 })) all[stream] += data.toString();
      // The tail counts both streams, which arrive at the log by different ways.
      expect(all.stdout.split('\n').length + all.stderr.split('\n').length - 2).toBe(3);
      expect('98\n99\n100\n'.endsWith(all.stdout)).toBe(true);
      let whole = '';
      for await (const { data } of rig.tracker.output(id, { stderr: false })) whole += data.toString();
      expect(whole).toBe(numbers);
    }
  });
});
