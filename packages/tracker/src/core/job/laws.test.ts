import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SESSION_LABEL } from '../label/label-names.js';
import type { JobRecord } from './job-record.js';
import { MODEL_ID, type Command, type ModelOptions } from './test-support/model-container.test.support.js';
import { ModelShell, modelSays, recordSays, type Step } from './test-support/model-shell.test.support.js';
import { EVENT_ACTIONS, type JobTransition, type Observation } from './observation.js';
import { reduce } from './reduce.js';
import { formatTimestamp } from './timestamp.js';

/** More by hand: `LAW_RUNS=200000`. */
const RUNS = { numRuns: Number(process.env.LAW_RUNS ?? 2_000) };

const weighted = <Value>(...arms: readonly (readonly [number, Value])[]): fc.Arbitrary<Value> =>
  fc.oneof(...arms.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const plain: fc.Arbitrary<Command> = weighted<Command>(
  [6, { do: 'start' }],
  [1, { do: 'start-fails' }],
  [3, { do: 'exit', code: 0 }],
  [3, { do: 'exit', code: 3 }],
  [2, { do: 'pause' }],
  [2, { do: 'unpause' }],
  [1, { do: 'kill', signal: 9 }],
  [1, { do: 'kill', signal: 10 }],
  [1, { do: 'kill', signal: 15 }],
  [2, { do: 'kill', signal: 18 }],
  [2, { do: 'kill', signal: 19 }],
  [1, { do: 'oom', kills: true }],
  [1, { do: 'oom', kills: false }],
  [2, { do: 'stop' }],
  [2, { do: 'restart' }],
  [1, { do: 'rename', name: 'one' }],
  [1, { do: 'rename', name: 'two' }],
  [1, { do: 'health', healthy: true }],
  [1, { do: 'health', healthy: false }],
  [4, { do: 'back-off-over' }],
);
const anyCommand = fc.oneof(
  { weight: 30, arbitrary: plain },
  {
    weight: 2,
    arbitrary: weighted<Command>(
      [1, { do: 'destroy' }],
      [1, { do: 'update', policy: 'no' }],
      [1, { do: 'update', policy: 'always' }],
    ),
  },
);

/** A change of the policy that nobody saw makes a `die` look final which is not. */
const withoutUpdate = fc.oneof(
  { weight: 30, arbitrary: plain },
  { weight: 1, arbitrary: fc.constant<Command>({ do: 'destroy' }) },
);

const which = fc.nat({ max: 3 });
const asked = fc.constantFrom('inspect' as const, 'inspect' as const, 'top' as const, 'list' as const);

function steps(how: readonly ('once' | 'twice' | 'never' | 'late')[], commands = anyCommand): fc.Arbitrary<Step[]> {
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: commands.map((command): Step => ({ step: 'command', command })) },
      { weight: 8, arbitrary: fc.constantFrom(...how).map((each): Step => ({ step: 'deliver', how: each })) },
      { weight: 1, arbitrary: fc.constant<Step>({ step: 'elsewhere' }) },
      { weight: 2, arbitrary: asked.map((what): Step => ({ step: 'ask', what })) },
      { weight: 3, arbitrary: which.map((index): Step => ({ step: 'answer', which: index })) },
      { weight: 4, arbitrary: which.map((index): Step => ({ step: 'arrive', which: index })) },
    ),
    { maxLength: 60, size: 'max' },
  );
}

const options: fc.Arbitrary<ModelOptions> = fc.oneof(
  fc.constant<ModelOptions>({ policy: 'no', autoRemove: false }),
  fc.constant<ModelOptions>({ policy: 'no', autoRemove: true }),
  fc.constant<ModelOptions>({ policy: 'always', autoRemove: false }),
  fc.constant<ModelOptions>({ policy: 'on-failure', autoRemove: false }),
);

const ANYHOW = ['once', 'once', 'once', 'twice', 'never', 'late'] as const;
const WHOLE = ['once', 'once', 'once', 'twice', 'late'] as const;

function play(
  option: ModelOptions,
  taken: readonly Step[],
  seen: 'from its creation' | 'somehow' = 'somehow',
): ModelShell {
  const shell = new ModelShell(option);
  if (seen === 'from its creation') shell.deliver('once');
  for (const step of taken) shell.run(step);
  return shell;
}

function isChain(transitions: readonly JobTransition[]): boolean {
  return transitions.every(({ from, at }, index) => {
    const before = transitions[index - 1];
    return before === undefined || (before.to === from && before.at <= at);
  });
}

const endings = (transitions: readonly JobTransition[]): unknown[] =>
  transitions.filter(({ to }) => to === 'Done' || to === 'Failed').map(({ to, job }) => [to, job.exitStatus]);

describe('the laws of reduce', () => {
  it('1, idempotent: an observation that is folded twice changes nothing the second time and tells nothing', () => {
    fc.assert(
      fc.property(options, steps(ANYHOW), (option, taken) => {
        let record: JobRecord | undefined;
        for (const observation of play(option, taken).told) {
          record = reduce(record, observation).record;
          const again = reduce(record, observation);
          expect(again.record).toBe(record);
          expect(again.transitions).toEqual([]);
          // An inspect that is asked for again is coalesced; a sync must not be repeated.
          expect(again.effects.filter(({ type }) => type === 'resync')).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('2, stale facts lose: an old observation that arrives again changes no fact that a younger one told', () => {
    fc.assert(
      fc.property(options, steps(WHOLE), fc.nat(), (option, taken, pick) => {
        const shell = play(option, taken);
        shell.drain();
        shell.sync();
        const { record, told } = shell;
        const events = told.filter((each) => each.kind === 'event' || each.kind === 'inspect' || each.kind === 'top');
        const old = events[pick % Math.max(events.length, 1)];
        if (!old) return;
        const { record: after, transitions } = reduce(record, old);
        expect(recordSays(after)).toEqual(recordSays(record));
        expect(transitions).toEqual([]);
      }),
      RUNS,
    );
  });

  it('3, total: no sequence of observations throws, and the transitions are a chain whose time never goes back', () => {
    fc.assert(
      fc.property(fc.array(arbitraryObservation(), { maxLength: 40, size: 'max' }), (observations) => {
        let record: JobRecord | undefined;
        const transitions: JobTransition[] = [];
        for (const observation of observations) {
          const folded = reduce(record, observation);
          record = folded.record;
          transitions.push(...folded.transitions);
        }
        expect(isChain(transitions)).toBe(true);
      }),
      RUNS,
    );
  });

  it('4, convergent: after a list and what it calls for, the record says what the engine says, whatever came before', () => {
    fc.assert(
      fc.property(options, steps(ANYHOW), (option, taken) => {
        const shell = play(option, taken);
        shell.sync();
        expect(recordSays(shell.record)).toEqual(modelSays(shell.model));
        expect(isChain(shell.transitions)).toBe(true);
      }),
      RUNS,
    );
  });

  it('4, convergent without a list: after every event and every answer that they call for', () => {
    fc.assert(
      fc.property(options, steps(WHOLE), (option, taken) => {
        const shell = play(option, taken);
        shell.drain();
        // No event tells of the end in back-off, nor that a start failed: the shell asks for both.
        shell.ask('inspect');
        shell.drain();
        expect(recordSays(shell.record)).toEqual(modelSays(shell.model));
      }),
      RUNS,
    );
  });

  it('5, final: a run that has ended stays ended, and the record follows the runs in their order (unless a change of the policy was missed)', () => {
    fc.assert(
      fc.property(options, steps(ANYHOW, withoutUpdate), (option, taken) => {
        const shell = play(option, taken);
        shell.sync();
        const { history, status } = shell.model;
        // A container that goes away in back-off, or so it seems where events were missed, ends with its last run.
        const found = (place: string): number =>
          history.includes(place) || status !== 'gone'
            ? history.indexOf(place)
            : history.indexOf(place.replace('ended', 'restarting'));
        const order = shell.places.map(found);
        expect(order).not.toContain(-1);
        expect(order).toEqual([...order].sort((one, other) => one - other));
      }),
      RUNS,
    );
  });
});

describe('promise 2, no lost ending', () => {
  const noUpdate = steps(WHOLE, plain);

  it('without a policy each run ends exactly once, with its exit code, however late the answers are', () => {
    const withoutPolicy = fc.boolean().map((autoRemove): ModelOptions => ({ policy: 'no', autoRemove }));
    fc.assert(
      fc.property(withoutPolicy, noUpdate, (option, taken) => {
        const shell = play(option, taken.filter(isNoFailedStart), 'from its creation');
        shell.drain();
        const expected = shell.model.endings.map(({ exitCode }) => [exitCode === 0 ? 'Done' : 'Failed', exitCode]);
        expect(endings(shell.transitions)).toEqual(expected);
        expect(isChain(shell.transitions)).toBe(true);
      }),
      RUNS,
    );
  });

  it('with a policy each run that it does not restart ends exactly once, when answers come before the next command', () => {
    const withPolicy = fc.constantFrom<ModelOptions>(
      { policy: 'always', autoRemove: false },
      { policy: 'on-failure', autoRemove: false },
    );
    fc.assert(
      fc.property(withPolicy, fc.array(plain, { maxLength: 30, size: 'max' }), (option, commands) => {
        const shell = new ModelShell(option);
        for (const command of commands.filter((each) => each.do !== 'start-fails')) {
          shell.model.run(command);
          shell.drain();
          if (shell.record?.run.phase === 'restarting') shell.ask('inspect');
          shell.drain();
        }
        const expected = shell.model.endings.map(({ exitCode }) => [exitCode === 0 ? 'Done' : 'Failed', exitCode]);
        expect(endings(shell.transitions)).toEqual(expected);
      }),
      RUNS,
    );
  });

  it('with a policy and late answers no ending is invented (the engine does not tell every one that was restarted by hand)', () => {
    const withPolicy = fc.constantFrom<ModelOptions>(
      { policy: 'always', autoRemove: false },
      { policy: 'on-failure', autoRemove: false },
    );
    fc.assert(
      fc.property(withPolicy, noUpdate, (option, taken) => {
        const shell = play(option, taken.filter(isNoFailedStart), 'from its creation');
        shell.drain();
        expect(endings(shell.transitions).length).toBeLessThanOrEqual(shell.model.endings.length);
        expect(isChain(shell.transitions)).toBe(true);
      }),
      RUNS,
    );
  });
});

function isNoFailedStart(step: Step): boolean {
  return step.step !== 'command' || step.command.do !== 'start-fails';
}

function arbitraryObservation(): fc.Arbitrary<Observation> {
  const id = fc.constant(MODEL_ID);
  const time = fc.bigInt({ min: 0n, max: 20n }).map((at) => 1_795_466_661_000_000_000n + at);
  const order = fc.nat({ max: 50 });
  const phase = fc.constantFrom('unknown', 'created', 'running', 'restarting', 'ended' as const);
  const code = fc.constantFrom(0, 3, 137);
  const text = fc.option(time.map(formatTimestamp), { nil: undefined });
  const labels = fc.constant({ [SESSION_LABEL]: 'any' });
  const common = { id, order, asOf: time, name: fc.constantFrom('a', 'b.held-1', ''), image: id, labels, phase };
  const health = fc.constantFrom('none', 'starting', 'healthy', 'unhealthy' as const);
  const optional = { requiredKeys: [] as [] };
  return fc.oneof(
    fc
      .tuple(
        fc.record({
          id,
          order,
          at: time,
          name: common.name,
          image: id,
          labels,
          action: fc.constantFrom(...EVENT_ACTIONS),
        }),
        fc.record({ exitCode: code, signal: fc.constantFrom(9, 15, 18, 19), health }, optional),
      )
      .map(([event, own]): Observation => ({ kind: 'event', ...event, ...own })),
    fc
      .tuple(
        fc.record(common),
        text,
        text,
        fc.boolean(),
        code,
        fc.boolean(),
        fc.constantFrom('no', 'always'),
        health,
        fc.boolean(),
      )
      .map(
        ([
          { phase: told, ...seen },
          startedAt,
          finishedAt,
          paused,
          exitCode,
          clockMoved,
          restartPolicy,
          healthy,
          oomKilled,
        ]) => ({
          kind: 'inspect' as const,
          ...seen,
          clockMoved,
          run: {
            phase: told,
            paused,
            exitCode,
            error: '',
            oomKilled,
            health: healthy,
            ...(startedAt !== undefined && { startedAt }),
            ...(finishedAt !== undefined && { finishedAt }),
          },
          details: {
            asOf: seen.asOf,
            createdAt: '',
            hostname: '',
            user: '',
            command: [],
            workingDirectory: '',
            restartPolicy,
            restartCount: 0,
            autoRemove: false,
            tty: false,
            pid: 1,
          },
        }),
      ),
    fc
      .tuple(fc.record(common), code)
      .map(([row, exitCode]): Observation => ({ kind: 'listed', ...row, ...(row.phase === 'ended' && { exitCode }) })),
    fc.record({ kind: fc.constant('absent' as const), id, asOf: time, sentOrder: order }),
    fc.record({ kind: fc.constant('top' as const), id, asOf: time, stopped: fc.boolean() }),
    fc.record({ kind: fc.constant('exited' as const), id, asOf: time, exitCode: code }),
    fc.record({ kind: fc.constant('unanswered' as const), id, order }),
  );
}
