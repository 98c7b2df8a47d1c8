import { describe, expect, it } from 'vitest';
import { FUTURE_MS, judgeLateness, LATE_MS, LATE_RUN_EVENTS, LONG_AGO_MS, ON_TIME, type LateRun } from './late-run.js';

function afterLate(events: number): LateRun {
  let run = ON_TIME;
  for (let each = 0; each < events; each += 1) run = judgeLateness(run, LATE_MS).run;
  return run;
}

describe('judgeLateness', () => {
  it('takes an event for late from 50 ms on', () => {
    expect(judgeLateness(ON_TIME, 49.9)).toEqual({ run: ON_TIME, verdict: 'on-time' });
    expect(judgeLateness(ON_TIME, 50)).toEqual({ run: { consecutive: 1, alarm: false }, verdict: 'late' });
  });

  it('raises the alarm with the 512th late event in a row, once', () => {
    const before = afterLate(LATE_RUN_EVENTS - 1);
    expect(before).toEqual({ consecutive: 511, alarm: false });
    const alarm = judgeLateness(before, 80);
    expect(alarm).toEqual({ run: { consecutive: 512, alarm: true }, verdict: 'alarm' });
    expect(judgeLateness(alarm.run, 80)).toEqual({ run: { consecutive: 513, alarm: true }, verdict: 'late' });
  });

  it('begins anew with one event on time', () => {
    expect(judgeLateness(afterLate(511), 3)).toEqual({ run: ON_TIME, verdict: 'on-time' });
  });

  it('is over with the first event on time after an alarm', () => {
    expect(judgeLateness(afterLate(600), 3)).toEqual({ run: ON_TIME, verdict: 'over' });
  });

  it('takes a stamp far in the future for a clock that moved, and lets the run stand', () => {
    const run = afterLate(7);
    expect(judgeLateness(run, -FUTURE_MS - 1)).toEqual({ run, verdict: 'clock-moved' });
    expect(judgeLateness(run, -FUTURE_MS).verdict).toBe('on-time');
  });

  it('takes a first late event of long ago for a clock that was set back, and counts it', () => {
    const first = judgeLateness(ON_TIME, LONG_AGO_MS + 1);
    expect(first).toEqual({ run: { consecutive: 1, alarm: false }, verdict: 'clock-moved' });
    expect(judgeLateness(first.run, LONG_AGO_MS + 1).verdict).toBe('late');
    expect(judgeLateness(ON_TIME, LONG_AGO_MS).verdict).toBe('late');
  });
});
