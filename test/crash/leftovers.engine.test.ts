import type { JobTemplate } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { EngineProxy, type ProxiedRequest } from '../engine-proxy/index.js';
import { RacingProcess } from '../real-engine/racing-process.js';
import type { EventQuery } from '../real-engine/event-log.js';
import { engineHost, Rig } from '../real-engine/rig.js';

// A minute has to pass on a real engine's clock, so this is a command of its own: npm run test:leftovers. The fake engine's clock can be
// moved, and there the same is shown for every command of a submission.

const ENDS = ['Done', 'Failed'] as const;
const RULE_MS = 60_000;
const WAIT_MS = 180_000;

interface CrashPoint {
  readonly what: string;
  readonly submit: (process: RacingProcess, template: JobTemplate) => Promise<unknown>;
  /** The commands whose answers the process never hears. */
  readonly last: (request: ProxiedRequest) => boolean;
  /** How the engine tells that the last one is carried out: the process is killed then. */
  readonly told: EventQuery;
  /** How often each container starts, in order of creation; 0: it is removed. */
  readonly starts: readonly number[];
}

const job: CrashPoint['submit'] = (process, template) => process.job(template);
const array: CrashPoint['submit'] = (process, template) => process.array(template, { begin: 1, end: 3 });
const throttled: CrashPoint['submit'] = (process, template) =>
  process.array(template, { begin: 1, end: 3, maxParallel: 1 });

const creates = ({ route }: ProxiedRequest): boolean => route === '/containers/create';
const starts = ({ route }: ProxiedRequest): boolean => route.endsWith('/start');
const renamesTo =
  (word: string) =>
  ({ route, path }: ProxiedRequest): boolean =>
    route.endsWith('/rename') && path.includes(word);

const POINTS: readonly CrashPoint[] = [
  { what: 'a job is created', submit: job, last: creates, told: { action: 'create' }, starts: [0] },
  { what: 'a job is started', submit: job, last: starts, told: { action: 'start' }, starts: [1] },
  {
    what: 'the tasks of an array are created',
    submit: array,
    last: creates,
    told: { action: 'create', count: 3 },
    starts: [0, 0, 0],
  },
  ...['.queued-', '.claim-', '.slot-'].map((word) => ({
    what: `the first task of an array becomes ${word}`,
    submit: throttled,
    last: renamesTo(word),
    told: { action: 'rename', name: word },
    starts: [1, 1, 1],
  })),
  {
    what: 'a task is started in its slot',
    submit: throttled,
    last: starts,
    told: { action: 'start' },
    starts: [1, 1, 1],
  },
];

describe('a process that is killed between two commands, on a real engine', () => {
  it.concurrent.each(POINTS)(
    'when $what, leaves nothing that is not started once, or removed',
    async ({ submit, last, told, starts: expected }) => {
      await using rig = await Rig.open();
      await using proxy = await EngineProxy.start({ upstream: engineHost() });
      const session = rig.owns('crash');
      proxy.hold((request) => request.method === 'POST' && last(request));
      await using process = await RacingProcess.start(session, proxy.host);
      submit(process, rig.sh('exit 0')).catch(() => undefined);
      await rig.events.seen(told);
      await process.kill();
      const { created } = rig.events;
      expect(created).toHaveLength(expected.length);

      await using next = await rig.another({ session });
      for (const [place, id] of created.entries()) {
        if (expected[place] === 1) await next.wait(id, ENDS, { timeoutMs: WAIT_MS });
        else expect(await ageWhenRemoved(rig, id)).toBeGreaterThanOrEqual(RULE_MS);
      }
      await next.close();
      await rig.eventsUpToNow();
      expect(created.map((id) => rig.events.of(id, 'start').length)).toEqual(expected);
    },
    WAIT_MS + 30_000,
  );
});

async function ageWhenRemoved(rig: Rig, id: string): Promise<number> {
  const [created, destroyed] = await Promise.all(
    ['create', 'destroy'].map(async (action) => (await rig.events.seen({ action, id })).timeNano),
  );
  return Number(((destroyed ?? 0n) - (created ?? 0n)) / 1_000_000n);
}
