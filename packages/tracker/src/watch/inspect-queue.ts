import { abortable } from './cancellation.js';

/** Asks about jobs one at a time per job and few at a time in all; a question asked while one is under way is asked once more after it. */
export class InspectQueue {
  readonly #ask: (id: string) => Promise<void>;
  readonly #parallel: number;
  readonly #waiting = new Map<string, Question>();
  readonly #underWay = new Map<string, Question>();

  constructor(ask: (id: string) => Promise<void>, parallel: number) {
    this.#ask = ask;
    this.#parallel = parallel;
  }

  /** Resolves when a question that was sent after this call is answered and folded; rejects with what made it fail. */
  request(id: string, signal?: AbortSignal): Promise<void> {
    let question = this.#waiting.get(id);
    if (!question) {
      question = new Question();
      this.#waiting.set(id, question);
      this.#pump();
    }
    return abortable(question.answered, signal);
  }

  /** Resolves with the question that is under way, or asks where none is: enough where any answer from now on will do. */
  join(id: string): Promise<void> {
    return this.#underWay.get(id)?.answered ?? this.request(id);
  }

  #pump(): void {
    for (const [id, question] of this.#waiting) {
      if (this.#underWay.size >= this.#parallel) return;
      if (this.#underWay.has(id)) continue;
      this.#waiting.delete(id);
      this.#underWay.set(id, question);
      void this.#ask(id)
        .then(question.resolve, question.reject)
        .finally(() => {
          this.#underWay.delete(id);
          this.#pump();
        });
    }
  }
}

class Question {
  resolve!: () => void;
  reject!: (reason: unknown) => void;
  readonly answered = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    // Whoever asked by effect does not listen; the failure is dealt with where the question is asked.
    this.answered.catch(() => undefined);
  }
}
