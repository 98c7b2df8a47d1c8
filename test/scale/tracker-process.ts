import { setTimeout as pause } from 'node:timers/promises';
import { DockerTracker, type Freshness, type JobState } from '@docker-tracker/tracker';
import { exhaustMap } from 'rxjs';
import { answerCalls } from './child.js';

/** The tracker's side of the scale run. Started with --expose-gc. */
const PATIENCE_MS = 120_000;

let tracker: DockerTracker | undefined;
let delays: number[] = [];
let beat = performance.now();
let slowItems = 0;
/** The most transitions that others were told while the slow subscriber had one view. */
let toldMeanwhile = 0;
let transitions = 0;
/** Transitions whose `from` is not the last `to` of their job, whatever answers passed over. */
let broken = 0;
const lastState = new Map<string, JobState>();
/** From the engine's stamp to the subscriber, of each transition since it was asked for last. */
let latenessMs: number[] = [];
let freshness: Freshness = 'syncing';
const left: string[] = [];
const waits = new Map<string, Promise<readonly [string, number | undefined]>>();
const endings = new Map<string, number>();

// How long any other work of the process is kept waiting.
setInterval(() => {
  const now = performance.now();
  delays.push(now - beat - 10);
  beat = now;
}, 10);

const calls = {
  memory,

  /** Opens the session; answers how long it took and what the jobs take in memory. */
  async open({ host, session }: { readonly host: string; readonly session: string }): Promise<Opened> {
    const before = await memory();
    const start = performance.now();
    tracker = await DockerTracker.open({ session, host });
    const ms = performance.now() - start;
    tracker.freshness$.subscribe((now) => {
      freshness = now;
      if (now !== 'live') left.push(now);
    });
    return { ms, jobs: tracker.snapshot().size, before, after: await memory(), longestTurnMs: longestTurn() };
  },

  /** A subscriber that counts transitions, and a wait for each running job. */
  subscribe(): number {
    if (!tracker) throw new Error('not open');
    for (const [id, { state }] of tracker.snapshot()) if (state === 'Running') lastState.set(id, state);
    tracker.transitions$.subscribe(({ jobId, from, to, at }) => {
      transitions += 1;
      if (lastState.get(jobId) !== from) broken += 1;
      lastState.set(jobId, to);
      latenessMs.push(Date.now() - Number(at / 1_000_000n));
      if (to === 'Done' || to === 'Failed') endings.set(jobId, (endings.get(jobId) ?? 0) + 1);
    });
    for (const [id, { state }] of tracker.snapshot()) {
      if (state !== 'Running') continue;
      waits.set(
        id,
        tracker.wait(id, ['Done', 'Failed']).then(({ exitStatus }) => [id, exitStatus] as const),
      );
    }
    return waits.size;
  },

  /** A subscriber that takes a second for each view. */
  subscribeSlowly(): void {
    if (!tracker) throw new Error('not open');
    tracker.jobs$
      .pipe(
        // the newest view that is there when it is ready for one; a queue of all of them would be its own
        exhaustMap(async (jobs) => {
          const before = transitions;
          await pause(1_000);
          toldMeanwhile = Math.max(toldMeanwhile, transitions - before);
          return [...jobs.values()].length;
        }),
      )
      .subscribe(() => {
        slowItems += 1;
      });
  },

  /** Settles once the view is live and what the engine says: a digit for each running job, 1 where it is paused. */
  async caughtUp(paused: string): Promise<CaughtUp> {
    const start = performance.now();
    let wrong = wrongOf(paused);
    while ((wrong > 0 || freshness !== 'live') && performance.now() - start < PATIENCE_MS) {
      await pause(250);
      wrong = wrongOf(paused);
    }
    return {
      wrong,
      transitions,
      broken,
      ms: performance.now() - start,
      longestTurnMs: longestTurn(),
      left: left.splice(0),
      lateness: lateness(),
    };
  },

  /** What the waits resolved with, and jobs that did not end exactly once. */
  async ended(): Promise<Ended> {
    const codes = Object.fromEntries(await Promise.all(waits.values()));
    const notOnce = [...waits.keys()].filter((id) => endings.get(id) !== 1).length;
    return { codes, notOnce, slowItems, toldMeanwhile, memory: await memory() };
  },
};

export interface Memory {
  /** Live after a collection, buffers outside the heap included. */
  readonly bytes: number;
  readonly rss: number;
  readonly peakRss: number;
}

export interface Opened {
  readonly ms: number;
  readonly jobs: number;
  readonly before: Memory;
  readonly after: Memory;
  readonly longestTurnMs: number;
}

export interface CaughtUp {
  /** Jobs that are not what the engine says. */
  readonly wrong: number;
  /** Until all was right. */
  readonly ms: number;
  readonly transitions: number;
  /** Transitions so far that do not begin where the last one of their job ended. */
  readonly broken: number;
  readonly longestTurnMs: number;
  readonly left: readonly string[];
  readonly lateness: Lateness;
}

/** How long after the engine's stamp a subscriber was told; to a millisecond, on one clock. */
export interface Lateness {
  readonly medianMs: number;
  readonly most95Ms: number;
}

export interface Ended {
  readonly codes: Readonly<Record<string, number | undefined>>;
  readonly notOnce: number;
  readonly slowItems: number;
  readonly toldMeanwhile: number;
  readonly memory: Memory;
}

export type TrackerCalls = typeof calls;

answerCalls(calls);

async function memory(): Promise<Memory> {
  // what a promise or a weak reference still holds is free only in a later turn
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await pause(5);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { bytes: heapUsed + external, rss, peakRss: process.resourceUsage().maxRSS * 1024 };
}

function wrongOf(paused: string): number {
  let wrong = 0;
  for (const { state, taskIndex = 0 } of tracker?.snapshot().values() ?? []) {
    const digit = paused[taskIndex - 1];
    if (digit !== undefined && state !== (digit === '1' ? 'Suspended' : 'Running')) wrong += 1;
  }
  return wrong;
}

function lateness(): Lateness {
  const sorted = latenessMs.sort((one, other) => one - other);
  latenessMs = [];
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { medianMs: at(0.5), most95Ms: at(0.95) };
}

function longestTurn(): number {
  const longest = Math.max(0, ...delays);
  delays = [];
  return longest;
}
