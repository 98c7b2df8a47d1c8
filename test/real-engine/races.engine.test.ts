import type { JobControlAction } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { mostAtOnce } from './most-at-once.js';
import { judge } from './queue-judge.js';
import { RacingProcess, type RestView } from './racing-process.js';
import { Rig } from './rig.js';

const ROUNDS = 200;
const MAX_PARALLEL = 4;
const RACES_AT_ONCE = 6;
const AT_REST_WITHIN_MS = 150_000;
/** After which a claim is a leftover: what has to be rescued by that rule is a defect here. */
const LEFTOVER_NANO = 60_000_000_000n;

type Moves = readonly JobControlAction[];

/** What the two processes do to one held job, each in its own order; both dispatchers claim it as soon as it is queued. */
const RACES: readonly (readonly [Moves, Moves])[] = [
  [['release'], ['release']],
  [['release', 'hold'], ['release']],
  [
    ['release', 'hold'],
    ['release', 'hold'],
  ],
  [['release'], ['terminate']],
  [
    ['release', 'hold', 'release'],
    ['release', 'hold', 'release'],
  ],
  [
    ['release', 'terminate'],
    ['release', 'hold'],
  ],
  [['release'], ['release', 'terminate']],
  [
    ['hold', 'release'],
    ['release', 'hold'],
  ],
];

describe('two processes on one session', () => {
  it(`race hold, release, terminate and claim ${String(ROUNDS)} times: both see the same, no task starts twice, no held one starts, maxParallel holds`, async () => {
    await using rig = await Rig.open();
    const session = rig.owns('race');
    await using one = await RacingProcess.start(session);
    await using other = await RacingProcess.start(session);
    const template = rig.sh('exit 0', { submitAsHold: true });
    const throttled = await one.array(template, { begin: 1, end: ROUNDS / 2, maxParallel: MAX_PARALLEL });
    const free = await other.array(template, { begin: 1, end: ROUNDS / 2 });
    const ids = throttled.flatMap((task, place) => [task, free[place] ?? '']);
    for (const racer of [one, other]) await racer.rest(ROUNDS, AT_REST_WITHIN_MS);

    const answers = new Map<string, readonly string[]>();
    const left = ids.entries();
    const racing = async (): Promise<void> => {
      for (const [round, id] of left) {
        const [mine, theirs] = RACES[Math.floor(round / 2) % RACES.length] ?? [[], []];
        answers.set(id, (await Promise.all([play(one, id, mine), play(other, id, theirs)])).flat());
      }
    };
    await Promise.all(Array.from({ length: RACES_AT_ONCE }, racing));
    const mine = await one.rest(ROUNDS, AT_REST_WITHIN_MS);
    const theirs = await other.rest(ROUNDS, AT_REST_WITHIN_MS);

    await rig.eventsUpToNow();
    expect([...answers.values()].flat().filter((answer) => !LEGAL.test(answer))).toEqual([]);
    expect(await wrongs(rig, ids, answers)).toEqual([]);
    expect(mine).toEqual(await fromEngine(rig, ids));
    expect(theirs).toEqual(mine);
    expect(mostAtOnce(rig, throttled)).toBeLessThanOrEqual(MAX_PARALLEL);
    const lateStarts = new Set(ids.filter((id) => judge(rig.events.allOf(id)).startedAs.includes('cancelled')));
    for (const racer of [one, other]) {
      const { breaks, endings } = await racer.history();
      expect(breaks).toEqual([]);
      // Cancelled, and started after all: that run has an end of its own.
      expect(Object.entries(endings).filter(([id, count]) => count !== 1 && !lateStarts.has(id))).toEqual([]);
    }
  }, 400_000);
});

const LEGAL = /: (?:done|InvalidState|UnsupportedOperation)$/;

/** One process's moves on one job, one after the other, and what came of each. */
async function play(racer: RacingProcess, id: string, moves: Moves): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const move of moves) answers.push(`${move}: ${await racer.control(id, move)}`);
  return answers;
}

/** What the engine's own events and inspect have against the tracker, in words. */
async function wrongs(
  rig: Rig,
  ids: readonly string[],
  answers: ReadonlyMap<string, readonly string[]>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const id of ids) {
    const { startedAs, place } = judge(rig.events.allOf(id));
    const wrong = (what: string): void => {
      const steps = rig.events
        .allOf(id)
        .map(({ action, attributes }) => `${action} ${attributes.oldName ?? ''} ${attributes.name ?? ''}`);
      found.push(`${id} ${what}: ${(answers.get(id) ?? []).join(', ')}\n  ${steps.join('\n  ')}`);
    };
    const { State, RestartCount } = await rig.inspect(id);
    if (startedAs.length > 1 || RestartCount > 0) wrong(`started ${String(startedAs.length)} times`);
    // A start that the engine had looked up when its job was cancelled goes through: the job is killed then.
    if (startedAs.some((word) => !['claim', 'slot', 'cancelled'].includes(word)))
      wrong(`started as ${startedAs.join()}`);
    const start = rig.events.of(id, 'start').at(-1)?.timeNano;
    const startedAt = BigInt(Date.parse(State.StartedAt)) * 1_000_000n;
    if (start === undefined ? !State.StartedAt.startsWith('0001-') : startedAt > start)
      wrong('started without an event');
    if (wasLeft(rig, id)) wrong('was claimed and left for a minute');
    if (start === undefined && place !== 'held' && place !== 'cancelled') wrong(`rests as ${place}`);
  }
  return found;
}

/** Whether nothing happened to a claimed job for so long. */
function wasLeft(rig: Rig, id: string): boolean {
  const events = rig.events.allOf(id);
  return events.some(({ attributes, timeNano }, at) => {
    const next = events[at + 1]?.timeNano ?? timeNano;
    return /\.(?:claim|slot)-/.test(attributes.name ?? '') && next - timeNano >= LEFTOVER_NANO;
  });
}

/** The view that the engine's answers call for. */
async function fromEngine(rig: Rig, ids: readonly string[]): Promise<RestView> {
  const view: Record<string, string> = {};
  for (const id of ids) {
    const { State, Name } = await rig.inspect(id);
    if (State.Status === 'exited')
      view[id] = State.ExitCode === 0 ? 'Done  0' : `Failed signal:SIGKILL ${String(State.ExitCode)}`;
    else view[id] = Name.includes('.held-') ? 'QueuedHeld held undefined' : 'Failed cancelled undefined';
  }
  return view;
}
