import { describe, expect, it } from 'vitest';
import {
  CPU_TIME_LABEL,
  DEADLINE_LABEL,
  DISPATCH_LABEL,
  START_TIME_LABEL,
  WALLCLOCK_LABEL,
} from '../label/label-names.js';
import { jobStatus, terminatingSignal } from './job-status.js';
import type { Observation, RunFacts } from './observation.js';
import { runFacts } from './observe.js';
import {
  absent,
  at,
  ended,
  event,
  inspect,
  listed,
  restarting,
  running,
  tell,
  timeText,
  top,
} from './test-support/observations.test.support.js';

const queue = { [DISPATCH_LABEL]: '1' };

function created(name: string, run: Partial<RunFacts> = {}): Observation {
  return inspect(5, { phase: 'created', ...run }, { name, labels: queue });
}

const limited = { labels: { [WALLCLOCK_LABEL]: '3' } };

const deadline = { labels: { [DEADLINE_LABEL]: timeText(13) } };
const bothLimits = { labels: { ...deadline.labels, [WALLCLOCK_LABEL]: '60' } };
const cpuTime = { labels: { [CPU_TIME_LABEL]: '1' } };
const cpuTimeUsedUp: Observation = { kind: 'cpu-time', id: running(10).id, asOf: at(12) };
const waiting = inspect(
  5,
  { phase: 'created' },
  { name: 'job.queued-a1', labels: { ...queue, [START_TIME_LABEL]: timeText(7) } },
);
const due: Observation = { kind: 'due', id: waiting.id, asOf: at(7) };

const oom = event('oom', 12);

const ROWS: readonly (readonly [string, readonly Observation[], string, string])[] = [
  ['created, queued', [created('job.queued-a1')], 'Queued', 'waiting-slot'],
  ['created, held', [created('job.held-a1')], 'QueuedHeld', 'held'],
  ['created, cancelled', [created('job.cancelled-a1')], 'Failed', 'cancelled'],
  ['created, claimed', [created('job.claim-a1')], 'Queued', 'starting'],
  ['created, claimed a slot', [created('a1b2.slot-3')], 'Queued', 'starting'],
  ['created, to be started at once', [created('job')], 'Queued', 'starting'],
  ['created, of an array still being created', [created('job.new')], 'Undetermined', 'new'],
  ['created, start failed', [created('job', { exitCode: 127, error: 'no such file' })], 'Failed', 'start-failed'],
  ['created, start failed without words', [created('job', { exitCode: 128 })], 'Failed', 'start-failed'],
  ['created by somebody else', [inspect(5, { phase: 'created' })], 'Undetermined', 'created'],
  ['listed and not inspected yet', [listed(5, 'running')], 'Undetermined', 'unknown'],
  ['a word of a later engine', [inspect(5, { phase: 'unknown', word: 'dreaming' })], 'Undetermined', 'dreaming'],
  [
    'ended at its wallclock limit, by a signal',
    [inspect(15, { phase: 'ended', startedAt: timeText(10), finishedAt: timeText(13), exitCode: 137 }, limited)],
    'Failed',
    'wallclock-limit',
  ],
  [
    'ended of its own accord at that time',
    [inspect(15, { phase: 'ended', startedAt: timeText(10), finishedAt: timeText(13), exitCode: 3 }, limited)],
    'Failed',
    '',
  ],
  [
    'killed before its limit',
    [inspect(15, { phase: 'ended', startedAt: timeText(10), finishedAt: timeText(12), exitCode: 137 }, limited)],
    'Failed',
    '',
  ],
  [
    'killed at its deadline',
    [inspect(15, { phase: 'ended', startedAt: timeText(10), finishedAt: timeText(13), exitCode: 137 }, deadline)],
    'Failed',
    'deadline-exceeded',
  ],
  [
    'killed at the limit that came first',
    [inspect(15, { phase: 'ended', startedAt: timeText(10), finishedAt: timeText(13), exitCode: 137 }, bothLimits)],
    'Failed',
    'deadline-exceeded',
  ],
  ['cancelled at its deadline', [created('job.cancelled-deadline-a1')], 'Failed', 'deadline-exceeded'],
  ['waiting for its startTime', [waiting], 'Queued', 'waiting-start-time'],
  ['waiting, its startTime has come', [waiting, due], 'Queued', 'waiting-slot'],
  [
    'ended by a tracker for its CPU time',
    [
      inspect(11, { startedAt: timeText(10) }, cpuTime),
      cpuTimeUsedUp,
      inspect(15, { phase: 'ended', startedAt: timeText(10), finishedAt: timeText(13), exitCode: 137 }, cpuTime),
    ],
    'Failed',
    'cpu-time-limit',
  ],
  [
    'ended by the kernel for its CPU time',
    [inspect(15, { phase: 'ended', startedAt: timeText(10), finishedAt: timeText(13), exitCode: 152 }, cpuTime)],
    'Failed',
    'cpu-time-limit',
  ],
  ['ended with 152, without such a limit', [ended(20, 152)], 'Failed', ''],
  ['running', [running(10)], 'Running', ''],
  ['running, unhealthy', [running(10), event('health_status', 12)], 'Running', 'unhealthy'],
  ['running, a child was killed for memory', [running(10), oom], 'Running', 'oom-event'],
  ['paused', [running(10), inspect(12, { startedAt: timeText(9), paused: true })], 'Suspended', 'paused'],
  ['stopped by SIGSTOP', [running(10), event('kill', 12, { signal: 19 })], 'Suspended', 'stopped'],
  ['stopped by SIGSTOP, as top says', [running(10), top(12, true)], 'Suspended', 'stopped'],
  [
    'continued, still paused',
    [event('start', 10), event('kill', 11, { signal: 19 }), event('pause', 12), event('kill', 13, { signal: 18 })],
    'Suspended',
    'paused',
  ],
  [
    'unpaused, still stopped',
    [event('start', 10), event('kill', 11, { signal: 19 }), event('pause', 12), event('unpause', 13)],
    'Suspended',
    'stopped',
  ],
  [
    'stopped and continued',
    [event('start', 10), event('kill', 11, { signal: 19 }), event('kill', 13, { signal: 18 })],
    'Running',
    '',
  ],
  ['restarting', [restarting(20, { policy: 'always' })], 'Queued', 'restarting'],
  ['ended with 0', [ended(20, 0)], 'Done', ''],
  ['ended with 0, a child was killed for memory', [running(10), oom, ended(20, 0)], 'Done', 'oom-event'],
  ['ended with 3', [ended(20, 3)], 'Failed', ''],
  ['ended with 137, nobody told why', [ended(20, 137)], 'Failed', ''],
  ['killed for memory', [running(10), oom, ended(20, 137)], 'Failed', 'oom-killed'],
  ['killed', [running(10), event('kill', 12, { signal: 9 }), ended(20, 137)], 'Failed', 'signal:SIGKILL'],
  ['terminated', [running(10), event('kill', 12, { signal: 15 }), ended(20, 143)], 'Failed', 'signal:SIGTERM'],
  ['ended by itself after a signal', [running(10), event('kill', 12, { signal: 15 }), ended(20, 3)], 'Failed', ''],
  ['ended, out of the list', [listed(20, 'ended', 3)], 'Failed', ''],
  ['ended, without a code in the list', [listed(20, 'ended')], 'Undetermined', 'unknown'],
  ['on its way out, never started', [inspect(20, { phase: 'ended' })], 'Failed', 'never-started'],
  ['removed after 0', [running(10), ended(20, 0), event('destroy', 30)], 'Done', 'removed'],
  ['removed after 3', [running(10), ended(20, 3), event('destroy', 30)], 'Failed', 'removed'],
  [
    'removed after its start had failed',
    [created('job', { exitCode: 127 }), event('destroy', 30)],
    'Failed',
    'removed',
  ],
  [
    'removed after it was cancelled',
    [created('job.cancelled-a1'), event('destroy', 30, { name: '' })],
    'Failed',
    'removed',
  ],
  ['gone while it ran', [running(10), absent(30)], 'Undetermined', 'lost'],
  ['gone while it was queued', [created('job.queued-a1'), absent(30)], 'Undetermined', 'lost'],
];

describe('jobStatus', () => {
  it.each(ROWS)('%s', (_title, observations, state, subState) => {
    expect(jobStatus(tell(...observations).record)).toEqual({ state, subState });
  });

  it('a running container with a sticky OOMKilled flag runs', () => {
    expect(jobStatus(tell(inspect(10, { startedAt: timeText(9), oomKilled: true })).record).state).toBe('Running');
  });

  it.each([
    ['first', ['Done', 'Failed', 'Running']],
    ['in the middle', ['Failed', 'Done', 'Running']],
    ['last', ['Failed', 'Running', 'Done']],
    ['alone', ['Done']],
  ])('C4: a state that stands %s in a list of states is in the expected state', (_place, states) => {
    expect(states).toContain(jobStatus(tell(ended(20, 0)).record).state);
  });

  it.each([[['Failed', 'Running']], [['Undetermined']], [[]]])(
    'C5: Done is not in the expected state among %j',
    (states) => {
      expect(states).not.toContain(jobStatus(tell(ended(20, 0)).record).state);
    },
  );

  const flags = {
    Status: '',
    Running: false,
    Paused: false,
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: 0,
    ExitCode: 0,
    Error: '',
    StartedAt: '0001-01-01T00:00:00Z',
    FinishedAt: '0001-01-01T00:00:00Z',
  };
  const ran = { StartedAt: timeText(9), FinishedAt: timeText(19) };
  it.each([
    ['{OOMKilled}', { OOMKilled: true }, 'Failed'],
    ['{Dead, code 1}', { Dead: true, ExitCode: 1 }, 'Failed'],
    ['{exited, Dead, 0}', { Status: 'exited', Dead: true, ...ran }, 'Done'],
    ['{exited, Dead, 1}', { Status: 'exited', Dead: true, ExitCode: 1, ...ran }, 'Failed'],
    ['{Paused, Running=false}', { Paused: true, ...ran }, 'Suspended'],
    ['{Running+Restarting}', { Running: true, Restarting: true, ...ran }, 'Queued'],
    ['{Running}', { Running: true, ...ran }, 'Running'],
    ['a word of a later engine', { Status: 'dreaming', Running: true, ...ran }, 'Undetermined'],
  ])('C14: the flags %s are told as they are by the Go tracker', (_title, given, state) => {
    expect(jobStatus(tell(inspect(20, runFacts({ ...flags, ...given }))).record).state).toBe(state);
  });
});

describe('terminatingSignal', () => {
  it('is told only where the exit code is that of the last signal that the engine told of', () => {
    const { run } = tell(running(10), event('kill', 12, { signal: 9 }), ended(20, 137)).record;
    expect(terminatingSignal(run)).toBe('SIGKILL');
    expect(terminatingSignal({ ...run, exitCode: 143 })).toBeUndefined();
    expect(terminatingSignal({ ...run, phase: 'running' })).toBeUndefined();
  });

  it('is the last one by its own stamp, in whatever order the signals come', () => {
    const { run } = tell(
      running(10),
      event('kill', 13, { signal: 9 }),
      event('kill', 12, { signal: 15 }),
      ended(20, 137),
    ).record;
    expect(terminatingSignal(run)).toBe('SIGKILL');
  });
});
