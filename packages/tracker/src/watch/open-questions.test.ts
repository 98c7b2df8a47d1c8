import { EngineUnreachableError } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';
import { OpenQuestions } from './open-questions.js';

const BROKEN = new EngineUnreachableError({ method: 'GET', path: '/containers/a/json' }, 'the connection was cut');

/** An engine whose answers the test gives, one question after the other. */
class Answers {
  readonly doubts: string[] = [];
  readonly asked: { readonly answer: () => void; readonly fail: () => void }[] = [];
  isKnown = true;
  #told = (): void => undefined;

  readonly open = new OpenQuestions({
    inspect: () => this.#ask(),
    inspectInDoubt: () => this.#ask(),
    isKnown: () => this.isKnown,
    isInDoubt: (id) => this.doubts.includes(id),
    doubt: (id) => this.doubts.push(id),
  });

  /** Resolves with the question of that number, the first is 1. */
  async question(number: number): Promise<{ readonly answer: () => void; readonly fail: () => void }> {
    while (this.asked.length < number) await new Promise<void>((resolve) => (this.#told = resolve));
    return this.asked[number - 1]!;
  }

  #ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.asked.push({
        answer: resolve,
        fail: () => {
          reject(BROKEN);
        },
      });
      this.#told();
    });
  }
}

describe('an inspect that failed', () => {
  it('is asked again until it is answered, and is a doubt after five', async () => {
    const answers = new Answers();
    const life = new AbortController();
    answers.open.connect(life.signal);
    const settled = answers.open.settle('a');
    for (const number of [1, 2, 3, 4, 5]) (await answers.question(number)).fail();
    await settled;
    expect([answers.doubts, answers.open.has('a')]).toEqual([['a'], true]);
    (await answers.question(6)).answer();
    await answers.open.settled();
    expect(answers.open.has('a')).toBe(false);
    life.abort();
  });

  it('is asked again in the next life of the stream, where it was asked in the one before', async () => {
    const answers = new Answers();
    const [before, after] = [new AbortController(), new AbortController()];
    answers.open.connect(before.signal);
    void answers.open.settle('a');
    (await answers.question(1)).fail();
    const repeated = await answers.question(2);
    before.abort();
    answers.open.connect(after.signal);
    repeated.fail();
    void answers.open.settle('a');
    (await answers.question(3)).fail();
    (await answers.question(4)).answer();
    await answers.open.settled();
    expect(answers.open.has('a')).toBe(false);
    after.abort();
  });

  it('is not asked again about a job that nobody looks at any more', async () => {
    const answers = new Answers();
    const life = new AbortController();
    answers.open.connect(life.signal);
    const settled = answers.open.settle('a');
    const question = await answers.question(1);
    answers.isKnown = false;
    answers.open.forget('a');
    question.fail();
    await settled;
    expect([answers.asked.length, answers.open.has('a')]).toEqual([1, false]);
    life.abort();
  });

  it('is asked again where another question was answered before it', async () => {
    const answers = new Answers();
    const life = new AbortController();
    answers.open.connect(life.signal);
    const first = answers.open.settle('a');
    (await answers.question(1)).fail();
    const repeated = await answers.question(2);
    const second = answers.open.settle('a');
    (await answers.question(3)).answer();
    await second;
    repeated.fail();
    await first;
    expect(answers.open.has('a')).toBe(true);
    (await answers.question(4)).answer();
    await answers.open.settled();
    life.abort();
  });
});
