import { DockerMonitor } from '@docker-tracker/monitor';
import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';
import { Rig } from '../real-engine/rig.js';
import { methodsThatTake } from './methods.js';

type Call = (monitor: DockerMonitor, reference: string) => unknown;

/** Every method of a monitor that takes a job. */
const CALLS: Readonly<Record<string, Call>> = {
  usage$: (monitor, id) => firstValueFrom(monitor.usage$(id)),
  job$: (monitor, id) => firstValueFrom(monitor.job$(id)),
  jobInfo: (monitor, id) => monitor.jobInfo(id),
  jobInfoFromMonitor: (monitor, id) => monitor.jobInfoFromMonitor(id),
  jobTemplate: (monitor, id) => monitor.jobTemplate(id),
  output: async (monitor, id) => {
    for await (const chunk of monitor.output(id)) return chunk;
    return undefined;
  },
};

/** Answered: nothing is told but that nothing is known. */
const ANSWERED = ['timeline'];

/** A monitor sees the jobs of all sessions, and nothing of a container that is no job. */
export function monitorIsolation(host: () => string): void {
  it('is tested for every method of a monitor that takes a job', () => {
    const methods = methodsThatTake(DockerMonitor.prototype, /^id$/);
    expect([...methods].sort()).toEqual([...Object.keys(CALLS), ...ANSWERED].sort());
  });

  it('a monitor refuses a container of no session by its id, its name and its short id', async () => {
    await using rig = await Rig.open({ host: host() });
    const foreign = await rig.createForeign();
    await rig.engine.containers.start(foreign);
    const before = await rig.inspect(foreign);
    await using monitor = await DockerMonitor.open({ host: host() });
    for (const reference of [foreign, before.Name.slice(1), before.Name, foreign.slice(0, 12), foreign.toUpperCase()]) {
      for (const [name, call] of Object.entries(CALLS)) {
        const error: unknown = await Promise.resolve(call(monitor, reference)).then(
          () => new Error(`${name} was answered`),
          (caught: unknown) => caught,
        );
        expect(error, `${name} ${reference}`).toMatchObject({ code: 'InvalidArgument' });
      }
      expect(monitor.timeline(reference)).toEqual([]);
    }
    expect(monitor.snapshot().has(foreign)).toBe(false);
    expect(await monitor.getAllJobIds()).not.toContain(foreign);
    expect(await rig.inspect(foreign)).toEqual(before);
  });

  it('a tracker of a monitor reaches the jobs of its own session alone', async () => {
    await using rig = await Rig.open({ host: host() });
    const id = await rig.tracker.addJob(rig.template(['sleep', '600']));
    await using monitor = await DockerMonitor.open({ host: host() });
    expect(monitor.snapshot().get(id)).toMatchObject({ session: rig.session });
    const other = await monitor.tracker(`${rig.session}-other`);
    await expect(other.jobControl(id, 'terminate')).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(other.deleteJob(id)).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect((await rig.inspect(id)).State.Status).toBe('running');
  });
}
