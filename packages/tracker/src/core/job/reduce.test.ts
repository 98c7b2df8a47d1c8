import { describe, expect, it } from 'vitest';
import { jobSnapshot } from './job-snapshot.js';
import { jobStatus } from './job-status.js';
import { reduce } from './reduce.js';
import {
  absent,
  at,
  ended,
  event,
  exited,
  inspect,
  listed,
  restarting,
  running,
  tell,
  timeText,
  top,
  unanswered,
} from './test-support/observations.test.support.js';

const begun = [event('create', 2), event('start', 10), running(10)] as const;
const secondRun = (asOf: number, more = {}): ReturnType<typeof inspect> =>
  inspect(asOf, { startedAt: timeText(24) }, more);

describe('reduce', () => {
  it('gives back the very same record where nothing new is told', () => {
    const { record } = tell(...begun);
    for (const again of [running(10), event('start', 10), top(10, false), listed(12, 'created', undefined)]) {
      expect(reduce(record, again).record).toBe(record);
    }
    const { record: over } = tell(...begun, event('die', 20), ended(20, 0));
    for (const again of [ended(20, 0), event('die', 20), listed(20, 'ended', 0), running(19)]) {
      expect(reduce(over, again).record).toBe(over);
    }
  });

  it('makes no job of a destroy, an absence, a top or a wait', () => {
    for (const observation of [event('destroy', 5), absent(5), top(5, true), exited(5, 0)]) {
      expect(reduce(undefined, observation)).toEqual({ record: undefined, transitions: [], effects: [] });
    }
  });

  it('leaves a job for which there is no answer as it was, in doubt until an inspect that is answered later', () => {
    const { record, transitions } = tell(...begun, unanswered(12));
    expect(jobSnapshot(record)).toMatchObject({ state: 'Running', inDoubt: true });
    expect(transitions.map(({ to }) => to)).toEqual(['Running']);
    expect(reduce(record, unanswered(12)).record).toBe(record);
    expect(reduce(record, running(11)).record?.inDoubtSince).toBe(12);
    expect(reduce(record, event('kill', 14)).record?.inDoubtSince).toBe(12);
    // By order of receipt: the clock may have been set back meanwhile.
    for (const answer of [running(13), ended(13, 3), { ...running(11), order: 14 }]) {
      expect(reduce(record, answer).record).not.toHaveProperty('inDoubtSince');
    }
    const gone = reduce(record, absent(13)).record;
    expect(gone && jobSnapshot(gone)).not.toHaveProperty('inDoubt');
    expect(reduce(undefined, unanswered(5)).record).toBeUndefined();
  });

  it('ends a run without a policy with its die, and asks for what a die does not tell', () => {
    const { steps, effects, transitions } = tell(...begun, event('die', 20, { exitCode: 3 }));
    expect(steps).toEqual(['Undetermined>Running', 'Running>Failed']);
    expect(effects).toEqual([{ type: 'inspect', id: 'c0ffee' }]);
    expect(transitions.at(-1)).toMatchObject({ at: at(20), cause: 'die', job: { exitStatus: 3, state: 'Failed' } });
  });

  it('lets an inspect decide a die with 255, which an engine says that was killed before it read the code', () => {
    const way = [...begun, event('die', 20, { exitCode: 255 })] as const;
    expect(tell(...way)).toMatchObject({ steps: ['Undetermined>Running'], effects: [{ type: 'inspect' }] });
    expect(tell(...way, ended(20, 0)).steps).toEqual(['Undetermined>Running', 'Running>Done']);
    const { transitions } = tell(...way, ended(20, 255));
    expect(transitions.at(-1)).toMatchObject({ at: at(20), to: 'Failed', job: { exitStatus: 255 } });
  });

  it.each([255, 0])(
    'keeps the exit code of a die over the %i of an engine that was killed before it saved that',
    (code) => {
      const die = event('die', 20, { exitCode: 3 });
      const { steps, record } = tell(...begun, die, ended(30, code), ended(40, code));
      expect(steps).toEqual(['Undetermined>Running', 'Running>Failed']);
      expect(record.run.exitCode).toBe(3);
      const short = tell(event('create', 2), event('start', 10), die, ended(30, code), ended(40, code));
      expect(short.steps).toEqual(['Undetermined>Running', 'Running>Failed']);
      expect(short.record.run.exitCode).toBe(3);
    },
  );

  it('lets an inspect decide a die under a policy', () => {
    const always = { policy: 'always' };
    const way = [
      event('create', 2),
      event('start', 10),
      running(10, always),
      event('die', 20, { exitCode: 1 }),
    ] as const;
    expect(tell(...way).steps).toEqual(['Undetermined>Running']);
    expect(tell(...way, restarting(20, always)).steps.at(-1)).toBe('Running>Queued');
    expect(tell(...way, ended(20, 1, always)).steps.at(-1)).toBe('Running>Failed');
    const again = tell(...way, event('start', 25), secondRun(25, { ...always, restartCount: 1 }));
    expect(again.steps).toEqual(['Undetermined>Running']);
    expect(again.record.run.startedAt).toBe(timeText(24));
  });

  it('tells the end of a run under a policy that was started again by hand: the restart count says so', () => {
    const always = { policy: 'always' };
    const way = [
      event('create', 2),
      event('start', 10),
      running(10, always),
      event('die', 20, { exitCode: 1 }),
    ] as const;
    const { steps, record } = tell(...way, event('start', 25), secondRun(25, always));
    expect(steps).toEqual(['Undetermined>Running', 'Running>Failed', 'Failed>Running']);
    expect(record.run.startedAt).toBe(timeText(24));
  });

  it('accepts stop before die and die before stop', () => {
    const die = event('die', 21, { exitCode: 137 });
    const stop = event('stop', 20);
    expect(tell(...begun, stop, die).steps).toEqual(['Undetermined>Running', 'Running>Failed']);
    expect(tell(...begun, die, stop).steps).toEqual(['Undetermined>Running', 'Running>Failed']);
    expect(tell(...begun, stop, ended(20, 137), die).steps).toEqual(['Undetermined>Running', 'Running>Failed']);
  });

  it('F34: an inspect that was asked before the end and answered late leaves the job ended', () => {
    const over = [...begun, event('die', 20), ended(20, 0)] as const;
    const { record, steps } = tell(...over, running(15));
    expect(jobStatus(record).state).toBe('Done');
    expect(steps).toEqual(['Undetermined>Running', 'Running>Done']);
    expect(jobStatus(tell(...over, restarting(15)).record).state).toBe('Done');
    expect(jobStatus(tell(...over, inspect(15, { phase: 'created' })).record).state).toBe('Done');
    expect(jobStatus(tell(...over, listed(15, 'running')).record).state).toBe('Done');
  });

  it('F34: an inspect of the run before leaves the new run running', () => {
    const again = [...begun, event('die', 20), event('start', 25)] as const;
    const { record } = tell(...again, ended(20, 0));
    expect([jobStatus(record).state, record.run.startedAt]).toEqual(['Running', undefined]);
  });

  it('F31: a second run that an inspect shows ahead of its events waits for them, so no ending is skipped', () => {
    const { record, steps } = tell(
      ...begun,
      secondRun(15),
      event('die', 20, { exitCode: 3 }),
      event('start', 25),
      secondRun(25),
    );
    expect(steps).toEqual(['Undetermined>Running', 'Running>Failed', 'Failed>Running']);
    expect(record.run.startedAt).toBe(timeText(24));
  });

  it('F31: an event that comes again is not counted again', () => {
    const die = event('die', 20, { exitCode: 3 });
    expect(tell(...begun, die, die, event('start', 10), die).steps).toEqual(['Undetermined>Running', 'Running>Failed']);
  });

  it('F29: a job whose container is gone from the list is lost, whatever bears its name now', () => {
    const { record } = tell(...begun, absent(30));
    expect(jobStatus(record)).toEqual({ state: 'Undetermined', subState: 'lost' });
    const other = reduce(undefined, { ...event('create', 31), id: 'other' }).record;
    expect([other?.id, other?.name.value, record.name.value]).toEqual(['other', 'job', 'job']);
  });

  it('F45: a SIGSTOP suspends and a SIGCONT resumes', () => {
    const { steps } = tell(...begun, event('kill', 12, { signal: 19 }), event('kill', 14, { signal: 18 }));
    expect(steps).toEqual(['Undetermined>Running', 'Running>Suspended', 'Suspended>Running']);
  });

  it('keeps a stop that is younger than the run which an inspect then shows to have begun', () => {
    const { record, effects } = tell(...begun, event('kill', 26, { signal: 19 }), secondRun(27));
    expect(jobStatus(record)).toEqual({ state: 'Suspended', subState: 'stopped' });
    expect(effects).toEqual([{ type: 'top', id: 'c0ffee' }]);
  });

  it('does not resume a job that is stopped because an inspect says running', () => {
    const { record } = tell(...begun, event('kill', 12, { signal: 19 }), running(15));
    expect(jobStatus(record)).toEqual({ state: 'Suspended', subState: 'stopped' });
  });

  it('counts an absence only where the job was known before the list was asked for', () => {
    const { record } = tell(event('create', 12));
    expect(reduce(record, absent(12)).record).toBe(record);
    expect(reduce(record, absent(13)).record?.removed).toBe(true);
  });

  it('brings back a job whose absence was premature, for an answer that was asked for later alone', () => {
    const gone = [...begun, absent(30)] as const;
    expect(jobStatus(tell(...gone, running(30)).record).subState).toBe('lost');
    expect(jobStatus(tell(...gone, running(31)).record).state).toBe('Running');
    expect(tell(...gone, listed(31, 'running')).effects).toEqual([{ type: 'inspect', id: 'c0ffee' }]);
  });

  it('does not bring back a destroyed job', () => {
    const { record } = tell(...begun, event('destroy', 30));
    for (const answer of [running(31), listed(31, 'running'), top(31, true)]) {
      expect(reduce(record, answer).record).toBe(record);
    }
  });

  it('takes the die that came before the list for the end, when the destroy comes after the list', () => {
    const always = { policy: 'always' };
    const way = [
      event('create', 2),
      event('start', 10),
      running(10, always),
      event('die', 20, { exitCode: 5 }),
    ] as const;
    for (const gone of [[absent(20)], [event('destroy', 21)], [absent(20), event('destroy', 21)]]) {
      expect(tell(...way, ...gone).steps).toEqual(['Undetermined>Running', 'Running>Failed']);
    }
    const { record } = tell(...way, event('destroy', 21));
    expect(reduce(record, event('destroy', 22)).record?.removedAt).toBe(at(21));
  });

  it('decides what was lost by a die that arrives late', () => {
    const { record, steps } = tell(...begun, absent(30), event('die', 29, { exitCode: 3 }));
    expect(jobStatus(record)).toEqual({ state: 'Failed', subState: 'removed' });
    expect(steps).toEqual(['Undetermined>Running', 'Running>Undetermined', 'Undetermined>Failed']);
  });

  describe('with AutoRemove', () => {
    const short = [event('create', 2), event('start', 10)] as const;

    it('knows the end of a job that was gone before any inspect could be answered', () => {
      const { record } = tell(...short, event('die', 20, { exitCode: 5 }), event('destroy', 21));
      expect([jobStatus(record), record.run.exitCode]).toEqual([{ state: 'Failed', subState: 'removed' }, 5]);
    });

    it.each([
      ['before its start was told', [event('create', 2), exited(2, 5), event('start', 10), event('destroy', 21)]],
      ['before its destroy', [...short, exited(10, 5), event('destroy', 21)]],
      ['after its destroy', [...short, event('destroy', 21), exited(21, 5)]],
      ['after it was absent', [...short, absent(30), exited(30, 5)]],
      [
        'and a label hides the code of its die',
        [...short, exited(10, 5), { ...event('die', 20), exitCode: undefined! }, event('destroy', 21)],
      ],
    ])('takes the code that a wait told %s', (_title, observations) => {
      const { record } = tell(...observations);
      expect([jobStatus(record), record.run.exitCode]).toEqual([{ state: 'Failed', subState: 'removed' }, 5]);
    });

    it('invents no end: what neither die nor wait told is lost', () => {
      expect(jobStatus(tell(...short, event('destroy', 21)).record)).toEqual({
        state: 'Undetermined',
        subState: 'lost',
      });
    });

    it('trusts the die over a wait that told it first', () => {
      const { steps } = tell(...begun, exited(10, 5), event('die', 20, { exitCode: 5 }), event('destroy', 21));
      expect(steps).toEqual(['Undetermined>Running', 'Running>Failed']);
    });
  });

  it('asks where a label hides the exit code, and top where one hides the signal', () => {
    const hidden = { ...event('die', 20), exitCode: undefined! };
    expect(tell(...begun, hidden).effects).toEqual([{ type: 'inspect', id: 'c0ffee' }]);
    expect(tell(...begun, hidden, ended(20, 9)).steps).toEqual(['Undetermined>Running', 'Running>Failed']);
    expect(tell(...begun, { ...event('kill', 12), signal: undefined! }).effects).toEqual([
      { type: 'top', id: 'c0ffee' },
    ]);
  });

  it('learns from an update that the policy may have changed, so a die is final no more', () => {
    const way = [...begun, event('update', 15), event('die', 20)] as const;
    expect(tell(...way).steps).toEqual(['Undetermined>Running']);
    expect(tell(...way, restarting(20, { policy: 'always' })).steps.at(-1)).toBe('Running>Queued');
  });

  it('follows an engine whose clock was set back', () => {
    const back = { clockMoved: true };
    const { record } = tell(
      ...begun,
      event('pause', 12),
      inspect(5, { startedAt: timeText(4) }, back),
      event('pause', 6),
    );
    expect([record.run.startedAt, record.freezer.at <= at(6)]).toEqual([timeText(4), true]);
    const over = tell(...begun, inspect(5, { phase: 'ended', startedAt: timeText(9), exitCode: 3 }, back));
    expect(over.steps).toEqual(['Undetermined>Running', 'Running>Failed']);
    expect(over.transitions.at(-1)?.at).toBeGreaterThanOrEqual(at(10));
  });

  it('knows an end, and the next run, that are stamped before the beginning since the clock was set back', () => {
    const back = [...begun, running(5, { clockMoved: true })] as const;
    const way = [...back, event('die', 6, { exitCode: 3 })] as const;
    expect(tell(...way).steps).toEqual(['Undetermined>Running', 'Running>Failed']);
    const again = inspect(8, { startedAt: timeText(7) });
    expect(tell(...way, event('start', 8), again).steps.at(-1)).toBe('Failed>Running');
    expect(tell(...back, inspect(8, { phase: 'ended', startedAt: timeText(9), exitCode: 3 })).steps.at(-1)).toBe(
      'Running>Failed',
    );
  });

  it('asks again where a die is older than the answer that showed the job running', () => {
    const { steps, effects } = tell(running(30), event('die', 20));
    expect(steps).toEqual(['Undetermined>Running']);
    expect(effects).toEqual([{ type: 'inspect', id: 'c0ffee' }]);
  });

  it('shows a name as of its own clock', () => {
    const way = [event('create', 2), event('rename', 12, { name: 'b' })] as const;
    expect(tell(...way, event('rename', 11, { name: 'a' })).record.name.value).toBe('b');
    expect(tell(...way, inspect(11, { phase: 'created' }, { name: 'a' })).record.name.value).toBe('b');
    expect(tell(...way, inspect(12, { phase: 'created' }, { name: 'c' })).record.name.value).toBe('c');
  });

  describe('a job that waits in the queue', () => {
    const labels = { drmaa2_jobsession: 'unit', drmaa2_dispatch: 'd' };
    const queued = event('create', 2, { name: 'job.queued-1', labels });
    const rename = (second: number, oldName: string, name: string): ReturnType<typeof event> =>
      event('rename', second, { oldName, name, labels });

    it('goes where its name leads', () => {
      const held = rename(3, 'job.queued-1', 'job.held-2');
      const released = rename(4, 'job.held-2', 'job.queued-3');
      expect(tell(queued, held, released, rename(5, 'job.queued-3', 'job.cancelled-4')).steps).toEqual([
        'Undetermined>Queued',
        'Queued>QueuedHeld',
        'QueuedHeld>Queued',
        'Queued>Failed',
      ]);
    });

    it('stays where it is when a step is not made from the last one that counted', () => {
      const held = rename(3, 'job.queued-1', 'job.held-2');
      const claimed = rename(4, 'job.held-2', 'job.claim-3');
      const way = tell(queued, held, claimed, rename(5, 'job.claim-3', 'job.queued-4'));
      expect(way.record.name.value).toBe('job.queued-4');
      expect(way.record.dispatch.name).toBe('job.held-2');
      expect(jobStatus(way.record)).toEqual({ state: 'QueuedHeld', subState: 'held' });
      const restored = tell(queued, held, claimed, rename(5, 'job.claim-3', 'job.held-2'));
      expect(restored.record.dispatch).toEqual({ name: 'job.held-2', at: at(3) });
    });

    it('judges a step by its event even if an inspect has shown its name before', () => {
      const held = rename(3, 'job.queued-1', 'job.held-2');
      const seen = inspect(3, { phase: 'created' }, { name: 'job.claim-3', labels });
      const way = tell(queued, held, seen, rename(4, 'job.held-2', 'job.claim-3'));
      expect(jobStatus(way.record).state).toBe('QueuedHeld');
    });

    it('stands where its name says when the steps to it were missed', () => {
      const seen = inspect(9, { phase: 'created' }, { name: 'job.held-7', labels });
      expect(jobStatus(tell(queued, seen).record).state).toBe('QueuedHeld');
      expect(jobStatus(tell(queued, event('update', 9, { name: 'job.held-7', labels })).record).state).toBe(
        'QueuedHeld',
      );
    });

    it('goes from a claim to a slot, or back, and from a slot nowhere but to its end', () => {
      const claimed = rename(3, 'job.queued-1', 'job.claim-2');
      const slot = rename(4, 'job.claim-2', 'a1.slot-3');
      expect(tell(queued, claimed, slot).record.dispatch.name).toBe('a1.slot-3');
      expect(tell(queued, claimed, rename(4, 'job.claim-2', 'job.queued-back-3')).record.dispatch.name).toBe(
        'job.queued-back-3',
      );
      expect(tell(queued, claimed, slot, rename(5, 'a1.slot-3', 'job.queued-back-4')).record.dispatch.name).toBe(
        'a1.slot-3',
      );
      expect(tell(queued, claimed, slot, rename(5, 'a1.slot-3', 'a1.slot-1')).record.dispatch.name).toBe('a1.slot-3');
    });

    it('is given back by a claim under a name of its own: a release that is carried out late over a claim does not count', () => {
      const held = rename(3, 'job.queued-1', 'job.held-2');
      const claimed = [held, rename(4, 'job.held-2', 'job.queued-3'), rename(5, 'job.queued-3', 'job.claim-4')];
      const late = tell(queued, ...claimed, rename(6, 'job.claim-4', 'job.queued-5'));
      expect(late.record.dispatch.name).toBe('job.claim-4');
      expect(jobStatus(late.record)).toEqual({ state: 'Queued', subState: 'starting' });
      const back = rename(6, 'job.claim-4', 'job.queued-back-5');
      expect(tell(queued, ...claimed, back, rename(7, 'job.queued-back-5', 'job.held-6')).record.dispatch.name).toBe(
        'job.held-6',
      );
      expect(tell(queued, held, rename(4, 'job.held-2', 'job.queued-back-3')).record.dispatch.name).toBe('job.held-2');
    });

    it('goes on from whatever name it has once it is a leftover', () => {
      const way = [queued, rename(3, 'job.queued-1', 'job.claim-2'), rename(4, 'job.claim-2', 'job.claim-3')] as const;
      expect(tell(...way, rename(62, 'job.claim-3', 'job.queued-back-4')).record.dispatch.name).toBe('job.claim-2');
      expect(tell(...way, rename(63, 'job.claim-3', 'job.queued-back-4')).record.dispatch.name).toBe(
        'job.queued-back-4',
      );
    });

    it('judges a step whose event an answer has overtaken', () => {
      const seen = inspect(5, { phase: 'created' }, { name: 'job.claim-2', labels });
      const overtaken = rename(4, 'job.queued-1', 'job.claim-2');
      expect(tell(queued, seen, overtaken).record.dispatch).toEqual({ name: 'job.claim-2', at: at(4) });
    });
  });

  it('asks where an event contradicts an answer that may be ahead of it', () => {
    const paused = inspect(12, { startedAt: timeText(9), paused: true });
    const { record, effects } = tell(...begun, paused, event('unpause', 13));
    expect(jobStatus(record).state).toBe('Suspended');
    expect(effects).toEqual([{ type: 'inspect', id: 'c0ffee' }]);
    expect(jobStatus(tell(...begun, paused, event('unpause', 13), running(13)).record).state).toBe('Running');
  });

  it('takes an exited row for the end at first sight, without a transition through Running', () => {
    expect(tell(listed(20, 'ended', 3)).steps).toEqual(['Undetermined>Failed']);
    expect(tell(ended(20, 3)).steps).toEqual(['Undetermined>Failed']);
    expect(tell(listed(20, 'ended', 3), ended(20, 3)).record.run.startedAt).toBe(timeText(9));
  });

  it('asks for an inspect of a known ended job only where the list says otherwise', () => {
    const over = [...begun, event('die', 20), ended(20, 0)] as const;
    expect(tell(...over, listed(21, 'ended', 0)).effects).toEqual([]);
    expect(tell(...over, listed(21, 'ended', 3)).effects).toHaveLength(1);
    expect(tell(...over, listed(21, 'running')).effects).toHaveLength(1);
    expect(tell(...over, { ...listed(21, 'ended', 0), name: 'other' }).effects).toHaveLength(1);
    expect(tell(...over, { ...listed(21, 'ended', 0), name: '' }).effects).toHaveLength(0);
  });
});
