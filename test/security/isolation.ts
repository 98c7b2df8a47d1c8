import { Engine } from '@docker-tracker/engine-client';
import { DockerTracker, type DockerTracker as Tracker } from '@docker-tracker/tracker';
import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';
import { Rig } from '../real-engine/rig.js';
import { methodsThatTake } from './methods.js';

type Call = (tracker: Tracker, reference: string) => Promise<unknown>;

/** Every method that takes a job, or an array of jobs. */
const CALLS: Readonly<Record<string, Call>> = {
  job$: (tracker, id) => firstValueFrom(tracker.job$(id)),
  jobInfo: (tracker, id) => tracker.jobInfo(id),
  usage$: (tracker, id) => firstValueFrom(tracker.usage$(id)),
  jobTemplate: (tracker, id) => tracker.jobTemplate(id),
  'jobControl suspend': (tracker, id) => tracker.jobControl(id, 'suspend'),
  'jobControl resume': (tracker, id) => tracker.jobControl(id, 'resume'),
  'jobControl terminate': (tracker, id) => tracker.jobControl(id, 'terminate'),
  'jobControl hold': (tracker, id) => tracker.jobControl(id, 'hold'),
  'jobControl release': (tracker, id) => tracker.jobControl(id, 'release'),
  wait: (tracker, id) => tracker.wait(id, ['Done', 'Failed'], { timeoutMs: 30_000 }),
  output: async (tracker, id) => {
    for await (const chunk of tracker.output(id)) return chunk;
    return undefined;
  },
  deleteJob: (tracker, id) => tracker.deleteJob(id),
  arrayJob$: (tracker, id) => firstValueFrom(tracker.arrayJob$(arrayOf(id))),
  jobControlArray: (tracker, id) => tracker.jobControlArray(arrayOf(id), 'terminate'),
  waitArray: (tracker, id) => tracker.waitArray(arrayOf(id), { timeoutMs: 30_000 }),
};

/** These answer without a refusal: nothing is told but that it is unknown, or what the caller gave. */
const ANSWERED = ['jobState', 'listArrayJobs'];

function arrayOf(id: string): string {
  return JSON.stringify([id]);
}

/** No method reaches a container that is not of the tracker's session, however it is called. */
export function isolation(host: () => string): void {
  it('is tested for every method that takes a job', () => {
    const methods = methodsThatTake(DockerTracker.prototype, /^(?:id|arrayJobId)$/);
    const tested = [...Object.keys(CALLS).map((call) => call.split(' ')[0] ?? ''), ...ANSWERED];
    expect([...new Set(methods)].sort()).toEqual([...new Set(tested)].sort());
  });

  it.each(['of another session', 'of no session', 'that is queued in another session'])(
    'refuses a container %s by its id, its name and its short id, and leaves it as it is',
    async (whose) => {
      // One Engine object, so that one watch knows the jobs of both sessions.
      await using engine = await Engine.connect({ host: host() });
      await using rig = await Rig.open({ host: host(), engine });
      const { tracker } = rig;
      const foreign = await foreignOf(rig, whose);
      const before = await rig.inspect(foreign);
      const names = [foreign, before.Name.slice(1), before.Name, foreign.slice(0, 12), foreign.toUpperCase()];
      for (const reference of names) {
        for (const [name, call] of Object.entries(CALLS)) {
          const error: unknown = await call(tracker, reference).then(
            () => new Error(`${name} was answered`),
            (caught: unknown) => caught,
          );
          expect(error, `${name} ${reference}`).toMatchObject({ code: 'InvalidArgument' });
        }
        expect(await tracker.jobState(reference)).toEqual({ state: 'Undetermined', subState: 'unknown' });
      }
      expect(tracker.listJobs()).toEqual([]);
      expect(tracker.snapshot().size).toBe(0);
      expect(tracker.arrays()).toEqual([]);
      expect(await rig.inspect(foreign)).toEqual(before);
    },
  );
}

async function foreignOf(rig: Rig, whose: string): Promise<string> {
  if (whose === 'of no session') {
    const id = await rig.createForeign();
    await rig.engine.containers.start(id);
    return id;
  }
  const other = await rig.another({ session: `${rig.session}-other` });
  const template = rig.template(['sleep', '600']);
  if (whose === 'of another session') return other.addJob(template);
  const array = await other.addArrayJob({ ...template, submitAsHold: true }, { begin: 1, end: 1 });
  const [task = ''] = other.listArrayJobs(array);
  return task;
}
