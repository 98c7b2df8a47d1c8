import type { StateSpan } from '@docker-tracker/monitor';
import { DockerMonitor } from '@docker-tracker/monitor';
import { describe, expect, it } from 'vitest';
import { engineHost, Rig } from '../real-engine/rig.js';
import { firstThat, MonitorRig } from './monitor-rig.js';

describe('the timeline of a job', () => {
  it('holds every state that it went through, each ending where the next begins', async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const id = await rig.sleeper({ submitAsHold: true });
    await rig.tracker.jobControl(id, 'release');
    await rig.tracker.wait(id, ['Running']);
    await rig.tracker.jobControl(id, 'suspend');
    await rig.tracker.jobControl(id, 'resume');
    await rig.tracker.jobControl(id, 'terminate');
    const spans = monitor.timeline(id);
    expect(spans.map(({ state }) => state)).toEqual([
      'QueuedHeld',
      'Queued',
      'Running',
      'Suspended',
      'Running',
      'Failed',
    ]);
    expectUnbroken(spans);
    expect(spans.at(-1)).toMatchObject({ subState: 'signal:SIGKILL' });
    await rig.tracker.deleteJob(id);
    expect(monitor.timeline(id).map(({ state }) => state)).toContain('Suspended');
  });

  it('of a job from before the monitor begins with its run', async () => {
    await using rig = await Rig.open();
    const [runs, ended] = [await rig.sleeper(), await rig.tracker.addJob(rig.template(['true']))];
    await rig.tracker.wait(ended, ['Done']);
    const { dispatchTime, finishTime } = await rig.tracker.jobInfo(ended);
    await using monitor = await DockerMonitor.open({ host: engineHost() });
    expect(monitor.timeline(runs)).toMatchObject([{ state: 'Running' }]);
    expect(monitor.timeline('f'.repeat(64))).toEqual([]);
    await monitor.jobInfo(ended);
    expect(monitor.timeline(ended)).toEqual([
      { state: 'Running', subState: '', from: dispatchTime, to: finishTime },
      { state: 'Done', subState: '', from: finishTime },
    ]);
    await rig.tracker.jobControl(runs, 'terminate');
    await firstThat(monitor.job$(runs), ({ state }) => state === 'Failed');
    expect(monitor.timeline(runs).map(({ state }) => state)).toEqual(['Running', 'Failed']);
    expectUnbroken(monitor.timeline(runs));
  });
});

function expectUnbroken(spans: readonly StateSpan[]): void {
  for (const [index, { to }] of spans.entries()) expect(to).toBe(spans[index + 1]?.from);
}
