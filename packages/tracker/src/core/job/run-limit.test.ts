import { describe, expect, it } from 'vitest';
import { DEADLINE_LABEL, WALLCLOCK_LABEL } from '../label/label-names.js';
import { timeLimit } from './run-limit.js';
import { at, inspect, tell, timeText } from './test-support/observations.test.support.js';

const labels = { [WALLCLOCK_LABEL]: '3', [DEADLINE_LABEL]: timeText(60) };

describe('the limit that is the first to end a job', () => {
  it('is the wallclock time of its run, counted from the start', () => {
    const { record } = tell(inspect(11, { startedAt: timeText(10) }, { labels }));
    expect(timeLimit(record)).toEqual({ at: at(13), subState: 'wallclock-limit' });
  });

  it('is the deadline between two runs of a restart policy, where no run takes its time', () => {
    const run = { phase: 'restarting', startedAt: timeText(10), finishedAt: timeText(11), exitCode: 1 } as const;
    const { record } = tell(inspect(12, run, { policy: 'always', labels }));
    expect(timeLimit(record)).toEqual({ at: at(60), subState: 'deadline-exceeded' });
  });

  it('is none where the job names none', () => {
    expect(timeLimit(tell(inspect(11, { startedAt: timeText(10) })).record)).toBeUndefined();
  });
});
