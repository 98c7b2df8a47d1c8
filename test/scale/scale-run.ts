import { randomBytes } from 'node:crypto';
import { Child } from './child.js';
import type { CrowdSize } from './crowd.js';
import type { EngineCalls } from './engine-process.js';
import type { Memory, TrackerCalls } from './tracker-process.js';

export interface ScaleSize extends CrowdSize {
  readonly events: number;
  readonly bursts: number;
  readonly perSecond: number;
}

/** A job may take so much, and the process so much beside. */
const BYTES_A_JOB = 1024;
const BYTES_BESIDE = 64 * 1024 * 1024;

/**
 * Runs jobs at scale: the fake engine in one process, the tracker in another, each with its own memory and time. Tells each figure as
 * it is known; resolves with what does not hold.
 */
export async function runScale(
  size: ScaleSize,
  tell: (what: string, figure: string) => void,
): Promise<readonly string[]> {
  await using engine = new Child<EngineCalls>(new URL('engine-process.js', import.meta.url));
  await using tracker = new Child<TrackerCalls>(new URL('tracker-process.js', import.meta.url), ['--expose-gc']);
  const session = `scale-${randomBytes(4).toString('hex')}`;
  const violations: string[] = [];
  const expect = (holds: boolean, violation: string): void => {
    if (!holds) violations.push(violation);
  };
  const bounded = (when: string, memory: Memory): void => {
    const most = size.jobs * BYTES_A_JOB + BYTES_BESIDE;
    tell(`memory ${when}`, `${inMiB(memory.bytes)} live, ${inMiB(memory.rss)} resident, peak ${inMiB(memory.peakRss)}`);
    expect(memory.bytes <= most, `${inMiB(memory.bytes)} are live ${when}, ${inMiB(most)} are the most`);
  };

  const { jobs, running } = size;
  const host = await engine.call('open', { session, jobs, running });
  const opened = await tracker.call('open', { session, host });
  tell('jobs listed', `${String(opened.jobs)} in ${inMs(opened.ms)}, longest turn ${inMs(opened.longestTurnMs)}`);
  expect(opened.jobs === jobs, `${String(opened.jobs)} of ${String(jobs)} jobs are in the view`);
  tell('bytes a job', ((opened.after.bytes - opened.before.bytes) / jobs).toFixed(0));
  bounded('after open', opened.after);

  const waiters = await tracker.call('subscribe');
  tell('waiters', String(waiters));
  expect(waiters === running, `${String(waiters)} waits for ${String(running)} running jobs`);
  let sent = 0;
  let lost = 0;
  let falseAlarms = 0;
  let toldBefore = 0;
  let emittingMs = 0;
  let longestTurnMs = 0;
  for (let burst = 1; burst <= size.bursts; burst += 1) {
    // the first one shows what others are told when, without it
    if (burst === Math.min(2, size.bursts)) await tracker.call('subscribeSlowly');
    const events = Math.floor(size.events / size.bursts);
    const { ms, dropped, paused } = await engine.call('burst', { events, perSecond: size.perSecond });
    const caught = await tracker.call('caughtUp', paused);
    sent += events;
    lost += dropped;
    emittingMs += ms;
    longestTurnMs = Math.max(longestTurnMs, caught.longestTurnMs);
    expect(caught.broken === 0, `${String(caught.broken)} transitions do not begin where the last one ended`);
    expect(caught.wrong === 0, `${String(caught.wrong)} jobs are wrong after burst ${String(burst)}`);
    // a machine that is busy with other work may stop the reader for as long as the engine waits
    if (dropped === 0 && caught.left.length > 0) falseAlarms += 1;
    tell(
      `burst ${String(burst)}`,
      `${((events / ms) * 1000).toFixed(0)} a second, ${String(dropped)} dropped, right after ${inMs(caught.ms)}, ` +
        `longest turn ${inMs(caught.longestTurnMs)}, left live ${String(caught.left.length)} times, ` +
        `told after ${inMs(caught.lateness.medianMs)} (median), ${inMs(caught.lateness.most95Ms)} (95 %)`,
    );
    if (dropped > 0) expect(caught.left.length > 0, `${String(dropped)} events were dropped unnoticed`);
    const told = caught.transitions - toldBefore;
    toldBefore = caught.transitions;
    // What is known from an answer alone is asked about at its first event, as is all after an alarm, and an answer passes over
    // states that were too short to be seen.
    // A state that is passed over takes two transitions with it: the one into it and the one out of it.
    expect(told <= events && (events - told) % 2 === 0, `${String(told)} transitions came of ${String(events)} events`);
    if (burst === 1) tell('transitions told of the first burst', `${String(told)} of ${String(events)}`);
    else if (lost === 0 && falseAlarms === 0)
      expect(told === events, `${String(told)} of ${String(events)} transitions came in burst ${String(burst)}`);
  }
  tell(
    'events',
    `${String(sent)} in ${String(size.bursts)} bursts, ${((sent / emittingMs) * 1000).toFixed(0)} a second, ` +
      `${String(lost)} dropped by the engine, longest turn ${inMs(longestTurnMs)}`,
  );

  tell('alarms', `${String(falseAlarms)} of ${String(size.bursts)} bursts in which nothing was dropped`);

  const codes = await engine.call('endAll');
  const ended = await tracker.call('ended');
  const wrong = Object.keys(codes).filter((id) => codes[id] !== ended.codes[id]).length;
  tell(
    'endings',
    `${String(Object.keys(codes).length)}, ${String(wrong)} with a wrong status, ${String(ended.notOnce)} not told once`,
  );
  expect(Object.keys(codes).length === running && wrong === 0, `${String(wrong)} endings have another exit status`);
  expect(ended.notOnce === 0, `${String(ended.notOnce)} endings were not told exactly once`);
  tell(
    'slow subscriber',
    `took ${String(ended.slowItems)} views, a second each; while it had one, others were told up to ` +
      `${String(ended.toldMeanwhile)} transitions`,
  );
  expect(ended.toldMeanwhile > 1, 'no subscriber was told anything while the slow one had a view');
  bounded('at the end', ended.memory);
  return violations;
}

function inMiB(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function inMs(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}
