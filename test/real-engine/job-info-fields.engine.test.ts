import { hostname } from 'node:os';
import type { ContainerInspect } from '@docker-tracker/engine-client';
import type { JobInfo } from '@docker-tracker/tracker';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { said } from './onlooker.js';
import { Rig } from './rig.js';

/** The digits that the engine gave, up to nine: a Date, or a number, would have cut them. */
const NANOSECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** What each field of JobInfo has to be for a job that was killed by a signal. One without a row does not compile. */
const FIELDS = {
  id: ({ Id }) => Id,
  exitStatus: ({ State }) => State.ExitCode,
  terminatingSignal: () => 'SIGKILL',
  // Of a job without trouble; see below for the others.
  annotation: () => undefined,
  state: () => 'Failed',
  subState: () => 'signal:SIGKILL',
  allocatedMachines: ({ Config }) => [Config.Hostname],
  submissionMachine: () => hostname(),
  jobOwner: ({ Config }) => Config.User,
  slots: () => 2,
  queueName: ({ Config }) => Config.Labels.drmaa2_queuename,
  wallclockTime: ({ State }) => expect.closeTo(secondsBetween(State.StartedAt, State.FinishedAt), 9) as number,
  cpuTime: () => expect.any(Number) as number,
  submissionTime: ({ Created }) => Created,
  dispatchTime: ({ State }) => State.StartedAt,
  finishTime: ({ State }) => State.FinishedAt,
  extensionList: ({ Config, Name }) => ({
    workingdir: '/srv',
    commandline: (Config.Cmd ?? []).join(' '),
    category: Config.Image,
    containername: Name.slice(1),
    jobName: 'every field',
    restartCount: '0',
    peakMemory: expect.stringMatching(/^[1-9]\d*$/) as string,
    output: 'ready\n',
  }),
} satisfies { readonly [Field in keyof Required<JobInfo>]: (container: ContainerInspect) => unknown };

describe('JobInfo', () => {
  it('has each field as the engine has it, to the nanosecond', async () => {
    await using rig = await Rig.open();
    const template = rig.sh('echo ready; while :; do :; done', {
      ...{ jobName: 'every field', queueName: 'nightly', minSlots: 2, workingDirectory: '/srv' },
      extensionList: { user: 'nobody' },
    });
    const id = await rig.tracker.addJob(template);
    await said(rig.tracker, id, 'ready');
    // CPU time and memory are told while somebody asks for them
    await firstValueFrom(rig.tracker.usage$(id));
    await rig.tracker.jobControl(id, 'terminate');
    const info = await rig.tracker.jobInfo(id);
    const container = await rig.inspect(id);
    const expected = Object.entries(FIELDS).map(([field, read]) => [field, read(container)]);
    expect(Object.fromEntries(Object.keys(FIELDS).map((field) => [field, info[field as keyof JobInfo]]))).toEqual(
      Object.fromEntries(expected),
    );
    for (const time of [info.submissionTime, info.dispatchTime, info.finishTime]) expect(time).toMatch(NANOSECONDS);
    expect(Object.keys(info).filter((field) => !(field in FIELDS))).toEqual([]);
  });

  it('of a job that waits has no times but that of its submission', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.template(['true'], { submitAsHold: true, queueName: 'nightly' }));
    const info = await rig.tracker.jobInfo(id);
    expect(info).toMatchObject({ id, state: 'QueuedHeld', subState: 'held', queueName: 'nightly', slots: 1 });
    expect(info.submissionTime).toBe((await rig.inspect(id)).Created);
    for (const field of ['exitStatus', 'dispatchTime', 'finishTime', 'wallclockTime', 'cpuTime'] as const) {
      expect(info[field]).toBeUndefined();
    }
  });
});

function secondsBetween(from: string, to: string): number {
  const [begin, end] = [from, to].map((time) => {
    const [whole = '', fraction = ''] = time.replace('Z', '').split('.');
    return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
  }) as [bigint, bigint];
  return Number(end - begin) / 1e9;
}
