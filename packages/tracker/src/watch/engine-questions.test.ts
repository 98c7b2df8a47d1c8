import { EngineHttpError, EngineUnreachableError, type ContainerTop, type Engine } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';
import type { TopObservation } from '../core/job/observation.js';
import { EngineQuestions } from './engine-questions.js';

const STOPPED: ContainerTop = { Titles: ['PID', 'STAT'], Processes: [['7', 'Ts']] };
const NO_PS = new EngineHttpError({ method: 'GET', path: '/top' }, 500, 'exec: "ps": not found');
const GONE = new EngineHttpError({ method: 'GET', path: '/json' }, 404, 'No such container');

/** Asks an engine that answers `top` with each of these in turn. */
function questions(answers: readonly (ContainerTop | Error)[]): {
  readonly asked: EngineQuestions;
  readonly topped: TopObservation[];
  readonly left: (ContainerTop | Error)[];
} {
  const left = [...answers];
  const topped: TopObservation[] = [];
  const top = (): Promise<ContainerTop> => {
    const answer = left.shift();
    return answer === undefined || answer instanceof Error ? Promise.reject(answer ?? NO_PS) : Promise.resolve(answer);
  };
  const ports = {
    asOf: () => 5n,
    pid: () => 7,
    inspected: () => undefined,
    topped: (observation: TopObservation) => topped.push(observation),
  };
  const engine = { containers: { top } } as unknown as Engine;
  return { asked: new EngineQuestions(engine, ports, new AbortController().signal), topped, left };
}

describe('a question for the processes of a job', () => {
  it('is asked again where the connection broke', async () => {
    const broken = new EngineUnreachableError({ method: 'GET', path: '/top' }, 'the connection was cut');
    const { asked, topped } = questions([broken, broken, STOPPED]);
    await asked.top('a');
    expect(topped).toEqual([{ kind: 'top', id: 'a', asOf: 5n, stopped: true }]);
    expect(asked.topUnknown('a', 0n)).toBe(false);
  });

  it('is not asked again of a host without `ps`, and what is known later is known', async () => {
    const { asked, left } = questions([NO_PS, STOPPED]);
    await asked.top('a');
    expect(left).toEqual([STOPPED]);
    expect([asked.topUnknown('a', 5n), asked.topUnknown('a', 6n), asked.topUnknown('b', 0n)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('that has an answer, or whose job is let go, leaves nothing unknown', async () => {
    const { asked } = questions([NO_PS, NO_PS, STOPPED]);
    await asked.top('a');
    await asked.top('b');
    asked.forget('a');
    await asked.top('b');
    expect([asked.topUnknown('a', 0n), asked.topUnknown('b', 0n)]).toEqual([false, false]);
  });
});

describe('an inspect of a job in doubt', () => {
  it('takes no place of those of other jobs', async () => {
    const asked: string[] = [];
    const inspect = (id: string): Promise<never> => {
      asked.push(id);
      return id.startsWith('hangs') ? new Promise(() => undefined) : Promise.reject(GONE);
    };
    const engine = { containers: { inspect } } as unknown as Engine;
    const ports = { asOf: () => 5n, pid: () => 7, inspected: () => undefined, topped: () => undefined };
    const questions = new EngineQuestions(engine, ports, new AbortController().signal);
    for (let index = 0; index < 20; index += 1) void questions.inspectInDoubt(`hangs ${String(index)}`);
    await questions.inspect('other');
    expect(asked).toEqual(['hangs 0', 'hangs 1', 'other']);
  });
});
