import { describe, expect, it } from 'vitest';
import { SUBMISSION_MACHINE_LABEL } from '../label/label-names.js';
import { jobInfo } from './job-info.js';
import type { JobRecord } from './job-record.js';
import type { Observation } from './observation.js';
import { parseTimestamp } from './timestamp.js';
import {
  absent,
  ended,
  event,
  inspect,
  listed,
  restarting,
  running,
  tell,
  timeText,
  unanswered,
} from './test-support/observations.test.support.js';

const told = (...observations: readonly Observation[]): JobRecord => tell(...observations).record;

describe('jobInfo', () => {
  it('C15: tells id, host, state, exit status and all times to the nanosecond', () => {
    const record = told(
      inspect(20, {
        phase: 'ended',
        startedAt: '2026-11-23T20:44:51.239138302Z',
        finishedAt: '2026-11-23T20:44:51.529594557Z',
        exitCode: 13,
      }),
    );
    const details = { ...record.details!, createdAt: '2026-11-23T20:44:51.123456789Z' };
    expect(jobInfo({ ...record, details })).toEqual({
      id: 'c0ffee',
      state: 'Failed',
      subState: '',
      allocatedMachines: ['host'],
      jobOwner: 'nobody',
      slots: 1,
      exitStatus: 13,
      submissionTime: '2026-11-23T20:44:51.123456789Z',
      dispatchTime: '2026-11-23T20:44:51.239138302Z',
      finishTime: '2026-11-23T20:44:51.529594557Z',
      wallclockTime: 0.290456255,
      extensionList: {
        category: 'busybox',
        containername: 'job',
        workingdir: '/tmp',
        commandline: 'sleep 60',
        restartCount: '0',
      },
    });
  });

  it('leaves out what the engine has not told', () => {
    expect(jobInfo(told(listed(5, 'running')))).toEqual({
      id: 'c0ffee',
      state: 'Undetermined',
      subState: 'unknown',
      allocatedMachines: [],
      jobOwner: '',
      slots: 1,
      extensionList: { category: 'busybox', containername: 'job' },
    });
  });

  it('has no end while the job runs, though the engine still shows that of its last run', () => {
    const info = jobInfo(told(inspect(20, { startedAt: timeText(19), finishedAt: timeText(15) })));
    expect([info.finishTime, info.exitStatus, info.wallclockTime]).toEqual([undefined, undefined, undefined]);
    expect(info.dispatchTime).toBe(timeText(19));
    expect(jobInfo(told(restarting(20))).exitStatus).toBeUndefined();
  });

  it('counts no time for a run whose end is printed before its start, as old engines do', () => {
    const run = { phase: 'ended', startedAt: timeText(9), finishedAt: timeText(8), exitCode: 0 } as const;
    expect(jobInfo(told(inspect(20, run))).wallclockTime).toBe(0);
  });

  it('counts the time of a job that runs up to now, to the nanosecond', () => {
    const run = { startedAt: '2026-11-23T20:44:51.239138302Z' };
    const now = parseTimestamp('2026-11-23T20:44:52.239138303Z');
    expect(jobInfo(told(inspect(20, run)), { now }).wallclockTime).toBe(1.000000001);
  });

  it('adds what its caller asked for: queue and usage', () => {
    const traffic = { networkReceivedBytes: 0, networkSentBytes: 0, blockReadBytes: 0, blockWrittenBytes: 0 };
    const usage = { read: timeText(15), cpuTime: 1.5, memoryBytes: 1, peakMemoryBytes: 4096, processes: 2, ...traffic };
    const info = jobInfo(told(running(10)), { queueName: 'night', usage });
    expect(info).toMatchObject({
      queueName: 'night',
      cpuTime: 1.5,
      extensionList: { peakMemory: '4096' },
    });
  });

  it('takes slots from its caller and the submitting host from its label', () => {
    const record = told(running(10, { labels: { [SUBMISSION_MACHINE_LABEL]: 'desk' } }));
    expect(jobInfo(record, { slots: 4 })).toMatchObject({ slots: 4, submissionMachine: 'desk' });
  });

  it('names the signal that ended the job', () => {
    const record = told(running(10), event('kill', 12, { signal: 9 }), ended(20, 137));
    expect(jobInfo(record)).toMatchObject({ exitStatus: 137, terminatingSignal: 'SIGKILL' });
  });

  describe('annotation', () => {
    it.each([
      ['is absent where there is nothing to say', told(running(10), event('die', 20), ended(20, 0)), undefined],
      [
        'says why a start failed',
        told(inspect(5, { phase: 'created', exitCode: 127, error: 'no such file' })),
        'no such file',
      ],
      [
        'says that the engine did not witness an end',
        told(running(10), ended(20, 255)),
        /did not witness this end.*255/,
      ],
      ['says so of a 0 as well', told(running(10), ended(20, 0)), /did not witness/],
      ['trusts any other code', told(running(10), ended(20, 3)), undefined],
      ['trusts an end that a die told later', told(running(10), ended(20, 255), event('die', 21)), undefined],
      ['trusts an end from before the job was known', told(ended(20, 0)), undefined],
      ['says that the engine does not answer', told(running(10), unanswered(12)), /does not answer for this job/],
      ['says that the end was never seen', told(running(10), absent(30)), /end was never seen/],
    ])('%s', (_title, record, expected) => {
      const { annotation } = jobInfo(record);
      if (expected instanceof RegExp) expect(annotation).toMatch(expected);
      else expect(annotation).toBe(expected);
    });

    it('says that a stop by signal could not be ruled out', () => {
      expect(jobInfo(told(running(10)), { stopUnknown: true }).annotation).toMatch(/could not be ruled out/);
    });
  });
});
