import fc from 'fast-check';

/** What is done to the engine past the tracker: a docker command on some container of the session. */
export type EngineOperation =
  | { readonly kind: 'create'; readonly exitCode: number }
  | { readonly kind: 'signal'; readonly signal: 'SIGSTOP' | 'SIGCONT' | 'SIGUSR1' | 'SIGKILL'; readonly job: number }
  | {
      readonly kind: 'pause' | 'unpause' | 'start' | 'restart' | 'stop' | 'rename' | 'remove';
      readonly job: number;
    };

/** What is asked of the tracker. */
export type TrackerOperation =
  | { readonly kind: 'submit'; readonly exitCode: number; readonly how: 'waits' | 'ends' | 'restarts' | 'is removed' }
  | { readonly kind: 'suspend' | 'resume' | 'terminate' | 'delete'; readonly job: number };

/** One step of a sequence; `gap` and `stall` are what happens while the tracker hears nothing. */
export type Operation =
  | EngineOperation
  | TrackerOperation
  | { readonly kind: 'cut'; readonly what: 'events' | 'everything' }
  | { readonly kind: 'gap' | 'stall'; readonly meanwhile: readonly EngineOperation[] }
  | {
      readonly kind: 'together';
      readonly operations: readonly (EngineOperation | TrackerOperation)[];
      readonly cut: boolean;
    };

const job = fc.nat(7);
const exitCode = fc.constantFrom(0, 0, 1, 3, 42, 137, 255);

const engineOperation: fc.Arbitrary<EngineOperation> = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), exitCode }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('signal' as const),
      signal: fc.constantFrom('SIGSTOP', 'SIGCONT', 'SIGUSR1', 'SIGUSR1', 'SIGKILL'),
      job,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('pause', 'unpause', 'start', 'start', 'restart', 'stop', 'rename', 'remove'),
      job,
    }),
  },
);

const trackerOperation: fc.Arbitrary<TrackerOperation> = fc.oneof(
  fc.record({
    kind: fc.constant('submit' as const),
    exitCode,
    how: fc.constantFrom('waits', 'waits', 'ends', 'restarts', 'is removed'),
  }),
  fc.record({ kind: fc.constantFrom('suspend', 'resume', 'terminate', 'delete'), job }),
);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: engineOperation },
  { weight: 4, arbitrary: trackerOperation },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('cut' as const), what: fc.constantFrom('events', 'everything') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('gap', 'stall'),
      meanwhile: fc.array(engineOperation, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('together' as const),
      operations: fc.array(fc.oneof(engineOperation, trackerOperation), { minLength: 2, maxLength: 4 }),
      cut: fc.boolean(),
    }),
  },
);

/** What happens in one run of the model. */
export interface Sequence {
  readonly operations: readonly Operation[];
  /** Seed of the faults that single exchanges of the tracker meet meanwhile; null: none but those among the operations. */
  readonly chaos: number | null;
}

/** A sequence begins with two jobs, so that there is something to work on. */
export const sequences: fc.Arbitrary<Sequence> = fc.record({
  chaos: fc.option(fc.nat(1_000_000), { freq: 2 }),
  operations: fc
    .array(operation, { minLength: 3, maxLength: 14 })
    .map((rest) => [
      { kind: 'submit', exitCode: 3, how: 'waits' } as const,
      { kind: 'submit', exitCode: 0, how: 'restarts' } as const,
      ...rest,
    ]),
});
