import { readFileSync } from 'node:fs';
import type { ContainerInspect, ContainerSummary, ContainerTop } from '@docker-tracker/engine-client';
import { decodeEvent } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';
import { jobStatus } from './job-status.js';
import type { EventObservation, Observation } from './observation.js';
import { observeEvent, observeInspect, observeRow, observeTop, runFacts } from './observe.js';
import { tell } from './test-support/observations.test.support.js';

interface Answer {
  readonly label: string;
  readonly body: string;
}

function lines(name: string): string[] {
  return readFileSync(new URL(`./recorded/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
}

describe.each(['20.10.24', '26.1.5', '29.1.5'])('what engine %s answered', (version) => {
  const events = lines(`engine-${version}.events.ndjson`).map(decodeEvent);
  const answers = lines(`engine-${version}.answers.ndjson`).map((line) => JSON.parse(line) as Answer);
  const body = (label: string): unknown => JSON.parse(answers.find((answer) => answer.label === label)!.body);
  const inspected = (label: string): ContainerInspect => body(label) as ContainerInspect;
  const rows = (label: string): readonly ContainerSummary[] => body(label) as readonly ContainerSummary[];
  const observed = (): EventObservation[] =>
    events.map((event, index) => observeEvent(event, index)).filter((each) => each !== undefined);
  const of = (id: string): EventObservation[] => observed().filter((each) => each.id === id);

  it('sees the events that say something about a job, and no others', () => {
    const words = new Set(observed().map(({ action }) => action));
    expect([...words].sort()).toEqual(
      [
        'create',
        'destroy',
        'die',
        'health_status',
        'kill',
        'oom',
        'pause',
        'rename',
        'start',
        'stop',
        'unpause',
      ].sort(),
    );
    expect(events.some(({ action }) => action.startsWith('exec_create: '))).toBe(true);
  });

  it('keeps every digit of timeNano', () => {
    const raw = lines(`engine-${version}.events.ndjson`).map((line) => /"timeNano":(\d+)/.exec(line)![1]);
    expect(events.map(({ timeNano }) => String(timeNano))).toEqual(raw);
    expect(observed().every(({ at }) => at > 1n << 53n)).toBe(true);
  });

  it('reads the numbers of signals and exits, and the word of a health check', () => {
    const { Id } = inspected('inspect: running');
    expect(of(Id).flatMap(({ signal }) => signal ?? [])).toEqual([19, 18, 9]);
    expect(of(Id).flatMap(({ exitCode }) => exitCode ?? [])).toEqual([137]);
    expect(of(inspected('inspect: healthy').Id).flatMap(({ health }) => health ?? [])).toEqual(['healthy']);
  });

  it('takes no label for an exit code: one that shadows it hides it', () => {
    const shadowed = events.find(({ action, attributes }) => action === 'create' && 'exitCode' in attributes)!;
    const die = events.find(({ action, id }) => action === 'die' && id === shadowed.id)!;
    expect(die.attributes.exitCode).toBe('0');
    const create = observeEvent(shadowed, 1)!;
    expect(create.labels.exitCode).toBe('0');
    expect(observeEvent(die, 2, create.labels)?.exitCode).toBeUndefined();
  });

  it.each([
    ['inspect: created', 'Undetermined', 'created'],
    ['inspect: running', 'Running', ''],
    ['inspect: stopped by SIGSTOP', 'Running', ''],
    ['inspect: paused', 'Suspended', 'paused'],
    ['inspect: killed', 'Failed', ''],
    ['inspect: exit 3', 'Failed', ''],
    ['inspect: start failed', 'Failed', 'start-failed'],
    ['inspect: between runs', 'Running', ''],
    ['inspect: given up', 'Failed', ''],
    ['inspect: killed in back-off', 'Failed', ''],
    ['inspect: oom', 'Failed', 'oom-killed'],
    ['inspect: healthy', 'Running', ''],
  ])('%s is %s %s', (label, state, subState) => {
    const seen = observeInspect(inspected(label), { order: 1, asOf: 2_000_000_000_000_000_000n });
    expect(jobStatus(tell(seen).record)).toEqual({ state, subState });
  });

  it('keeps the times of an inspect as the engine printed them, and no zero time', () => {
    const { State } = inspected('inspect: killed');
    const facts = runFacts(State);
    expect([facts.startedAt, facts.finishedAt]).toEqual([State.StartedAt, State.FinishedAt]);
    expect(runFacts(inspected('inspect: created').State)).not.toHaveProperty('startedAt');
  });

  it.each([
    ['list: created', 'created', undefined],
    ['list: running', 'running', undefined],
    ['list: right after pause', 'running', undefined],
    ['list: killed', 'ended', 137],
    ['list: exit 3', 'ended', 3],
    ['list: start failed', 'created', undefined],
  ])('a row of %s is %s', (label, phase, exitCode) => {
    const row = observeRow(rows(label)[0]!, { order: 1, asOf: 5n });
    expect([row.phase, row.exitCode, row.name.startsWith('/')]).toEqual([phase, exitCode, false]);
  });

  it('folds the scenario into the transitions that were played', () => {
    const { Id } = inspected('inspect: running');
    const scenario: Observation[] = [];
    for (const event of of(Id)) {
      scenario.push(event);
      const asked = { order: 0, asOf: event.at };
      if (event.action === 'start') scenario.push(observeInspect(inspected('inspect: running'), asked));
      if (event.action === 'die') scenario.push(observeInspect(inspected('inspect: killed'), asked));
    }
    const { steps, record, transitions } = tell(...scenario);
    expect(steps).toEqual([
      'Undetermined>Running',
      'Running>Suspended',
      'Suspended>Running',
      'Running>Suspended',
      'Suspended>Running',
      'Running>Failed',
    ]);
    expect(jobStatus(record).subState).toBe('removed');
    expect(transitions.at(-1)?.job).toMatchObject({ exitStatus: 137, terminatingSignal: 'SIGKILL' });
  });

  it('folds a policy that gave up into one ending', () => {
    const { Id } = inspected('inspect: given up');
    const way = of(Id).filter(({ action }) => action !== 'destroy');
    const last = way.at(-1)!;
    const { steps, record } = tell(...way, observeInspect(inspected('inspect: given up'), { order: 0, asOf: last.at }));
    expect(steps).toEqual(['Undetermined>Running', 'Running>Failed']);
    expect(record.run.exitCode).toBe(4);
  });
});

// The host of the engine 26.1.5 that was recorded had no ps, so that engine answered 500.
describe('observeTop', () => {
  it.each(['20.10.24', '29.1.5'])('tells a stopped process from a running one, as engine %s answered', (version) => {
    const answers = lines(`engine-${version}.answers.ndjson`).map((line) => JSON.parse(line) as Answer);
    const body = (label: string): unknown => JSON.parse(answers.find((answer) => answer.label === label)!.body);
    const { Id, State } = body('inspect: stopped by SIGSTOP') as ContainerInspect;
    const observed = (label: string, pid: number): Observation | undefined =>
      observeTop(Id, body(label) as ContainerTop, pid, 5n);
    expect(observed('top: stopped by SIGSTOP', State.Pid)).toEqual({ kind: 'top', id: Id, asOf: 5n, stopped: true });
    expect(observed('top: running', State.Pid)).toMatchObject({ stopped: false });
    expect(observed('top: running', 1)).toBeUndefined();
  });
});

describe('runFacts', () => {
  it('keeps a word that is not known, and that alone', () => {
    const state = { Status: 'dreaming', StartedAt: '', FinishedAt: '' } as ContainerInspect['State'];
    expect(runFacts(state)).toMatchObject({ phase: 'unknown', word: 'dreaming' });
    expect(runFacts({ ...state, Status: 'running' })).not.toHaveProperty('word');
  });
});

describe('observeEvent', () => {
  const base = { type: 'container', id: 'c1', attributes: { name: 'job', image: 'i' }, timeNano: 5n };

  it.each([
    { ...base, type: 'network', action: 'connect' },
    { ...base, id: '', action: 'prune' },
    { ...base, action: 'exec_start: sh -c die' },
    { ...base, action: 'attach' },
    { ...base, action: 'top' },
    { ...base, action: 'of a later engine' },
  ])('sees nothing about a job in $type $action', (event) => {
    expect(observeEvent(event, 1)).toBeUndefined();
  });

  it.each([
    ['remove', 'destroy'],
    ['died', 'die'],
  ])('understands the word %s of another engine', (word, action) => {
    expect(observeEvent({ ...base, action: word }, 1)?.action).toBe(action);
  });

  it.each(['', 'x', '-1', '1.5', '99999999999'])('takes %j for no exit code', (exitCode) => {
    const event = { ...base, action: 'die', attributes: { ...base.attributes, exitCode } };
    expect(observeEvent(event, 1)).not.toHaveProperty('exitCode');
  });

  it('takes an unknown word of a health check for none', () => {
    expect(observeEvent({ ...base, action: 'health_status: dizzy' }, 1)?.health).toBe('none');
  });
});
