import { Drmaa2Error } from '@docker-tracker/drmaa2';

export interface JobQuestionPorts {
  /** Resolves with whether the job can be judged now; rejects where the engine gave no answer. */
  ask(id: string, signal: AbortSignal): Promise<boolean>;
  /** The job is to be looked at again: it asks anew if it has to. */
  judge(id: string): void;
  /** A question is over, whatever it came to. */
  settled(): void;
}

interface Failure {
  readonly cause: unknown;
  /** How often in a row; 0 for a job that is in doubt, which the watch asks about. */
  readonly times: number;
  again?: NodeJS.Timeout;
}

/** Pauses before a question is repeated: the first is short, since most failures pass. */
const PAUSE_MS = { first: 100, most: 5_000 } as const;

/**
 * What one query asks the engine: about each job once, then, from {@link repeat} on, with pauses about those for which there was
 * no answer, until there is one. A job that is in doubt is not asked about: its snapshot changes when the watch has its answer.
 */
export class JobQuestions {
  readonly #ports: JobQuestionPorts;
  readonly #underWay = new Map<string, AbortController>();
  readonly #failures = new Map<string, Failure>();
  #repeats = false;
  #isReached = false;

  constructor(ports: JobQuestionPorts) {
    this.#ports = ports;
  }

  /** Whether an answer is waited for. */
  get areOpen(): boolean {
    return this.#underWay.size > 0;
  }

  /** Why one of the jobs is not known; `undefined`: all are. */
  get failure(): unknown {
    const [failure] = this.#failures.values();
    return failure?.cause;
  }

  /** Asks, unless a question about that job is under way. */
  ask(id: string): void {
    if (!this.#underWay.has(id)) void this.#ask(id);
  }

  /** The engine does not answer for this job: nobody waits for it. */
  doubt(id: string): void {
    this.drop(id);
    this.#failures.set(id, { cause: inDoubt(id), times: 0 });
  }

  /** The job is known by other ways, or gone. */
  drop(id: string): void {
    const question = this.#underWay.get(id);
    this.#underWay.delete(id);
    question?.abort();
    clearTimeout(this.#failures.get(id)?.again);
    this.#failures.delete(id);
  }

  /** From now on a question that failed is asked again. */
  repeat(): void {
    this.#repeats = true;
    for (const [id, failure] of this.#failures) this.#askLater(id, failure);
  }

  /** Whether the engine can be reached: while it cannot nothing is repeated, and all that failed is when it can be again. */
  reach(isReached: boolean): void {
    this.#isReached = isReached;
    if (!isReached) return;
    const ids = [...this.#failures.keys()];
    for (const { again } of this.#failures.values()) clearTimeout(again);
    this.#failures.clear();
    for (const id of ids) this.#ports.judge(id);
  }

  close(): void {
    for (const id of [...this.#underWay.keys(), ...this.#failures.keys()]) this.drop(id);
  }

  async #ask(id: string): Promise<void> {
    const question = new AbortController();
    this.#underWay.set(id, question);
    clearTimeout(this.#failures.get(id)?.again);
    const asks = this.#ports.ask(id, question.signal);
    const { judgeable, failure } = await asks.then(asJudgeable, asFailure);
    if (question.signal.aborted) return;
    this.#underWay.delete(id);
    const times = this.#failures.get(id)?.times ?? 0;
    this.#failures.delete(id);
    if (failure) this.#fail(id, { cause: failure.cause, times: times + 1 });
    else if (judgeable) this.#ports.judge(id);
    this.#ports.settled();
  }

  #fail(id: string, failure: Failure): void {
    this.#failures.set(id, failure);
    if (this.#repeats) this.#askLater(id, failure);
  }

  #askLater(id: string, failure: Failure): void {
    if (!this.#isReached || failure.times === 0) return;
    const most = Math.min(PAUSE_MS.first * 2 ** (failure.times - 1), PAUSE_MS.most);
    failure.again = setTimeout(
      () => {
        this.#ports.judge(id);
      },
      most / 2 + Math.random() * (most / 2),
    );
  }
}

function inDoubt(id: string): Drmaa2Error {
  return new Drmaa2Error(
    'DrmCommunication',
    `job ${id} is in doubt: the engine does not answer for it, so it is not known whether it matches; ` +
      'ask again when its snapshot says inDoubt no more, or by what the snapshot has',
  );
}

function asJudgeable(judgeable: boolean): { readonly judgeable: boolean; readonly failure?: undefined } {
  return { judgeable };
}

function asFailure(cause: unknown): { readonly judgeable: false; readonly failure: { readonly cause: unknown } } {
  return { judgeable: false, failure: { cause } };
}
