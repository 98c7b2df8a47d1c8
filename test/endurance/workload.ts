import { EngineHttpError } from '@docker-tracker/engine-client';
import { Drmaa2Error, type DockerTracker } from '@docker-tracker/tracker';
import { freshnessIs } from '../real-engine/onlooker.js';
import type { Rig } from '../real-engine/rig.js';
import { EndingLedger } from './ending-ledger.js';

export interface WorkloadCounts {
  /** Jobs that the tracker accepted. */
  jobs: number;
  /** Submissions that a fault made impossible: refused with an error, and submitted anew. */
  refused: number;
  expected: number;
  seen: number;
  wrongStatuses: number;
  /** Exit codes that an engine told, forgot when it was killed, and has replaced by 255 or 0: right as they were told. */
  forgotten: number;
}

/** An ended job is kept so long that a second ending would be heard. */
const KEPT = 100;
/** In all the faults of a run an ending is told within this time, or counted as lost. */
const PATIENCE_MS = 120_000;

/** Jobs of many kinds, one after the other, whose endings are compared with the engine's own word. */
export class Workload {
  readonly counts: WorkloadCounts = { jobs: 0, refused: 0, expected: 0, seen: 0, wrongStatuses: 0, forgotten: 0 };
  readonly #rig: Rig;
  readonly #ledger: EndingLedger;
  readonly #ended: string[] = [];
  readonly #wrong: string[] = [];
  #next = 0;

  constructor(rig: Rig) {
    this.#rig = rig;
    this.#ledger = new EndingLedger(rig.tracker);
  }

  /** What was told and is not so, in words. */
  get wrong(): readonly string[] {
    return [...this.#wrong, ...this.#ledger.breaks];
  }

  /** Submits a job and sees it through to its end. */
  async one(): Promise<void> {
    const number = (this.#next += 1);
    const id = await this.#submit(number);
    this.counts.jobs += 1;
    const ended = this.#rig.tracker.wait(id, ['Done', 'Failed'], { timeoutMs: PATIENCE_MS });
    const [end] = await Promise.allSettled([ended, this.#disturb(id, number)]);
    const { State } = await this.#inspect(id);
    this.counts.expected += 1;
    const told = [...this.#ledger.endings(id)];
    this.counts.seen += told.length;
    if (end.status === 'rejected') this.#wrong.push(`${id}: ${String(end.reason)}`);
    const forgotten = REPLACED.includes(State.ExitCode) && told.length === 1 && meant(number).includes(told[0]);
    if (State.Status === 'exited' && String(told) !== String(State.ExitCode) && forgotten) {
      this.counts.forgotten += 1;
    } else if (State.Status !== 'exited' || String(told) !== String(State.ExitCode)) {
      this.counts.wrongStatuses += 1;
      this.#wrong.push(`${id} is ${State.Status} ${String(State.ExitCode)}, its endings are [${String(told)}]`);
    }
    this.#ended.push(id);
    if (this.#ended.length > KEPT) await this.#forget(this.#ended.shift() ?? '');
  }

  /** Nothing more may be told of the jobs that are left. */
  judgeLeft(): void {
    for (const id of this.#ended) {
      const { length } = this.#ledger.endings(id);
      if (length !== 1) this.#wrong.push(`${id} ended ${String(length)} times`);
    }
  }

  async #submit(number: number): Promise<string> {
    const { tracker } = this.#rig;
    const code = exitCode(number);
    for (;;) {
      try {
        return await tracker.addJob(this.#rig.sh(number % 3 === 0 ? `exit ${String(code)}` : slow(number, code)));
      } catch (error) {
        if (!(error instanceof Drmaa2Error)) throw error;
        this.counts.refused += 1;
        await freshnessIs(tracker, 'live');
      }
    }
  }

  /** Some are suspended and resumed, some terminated, meanwhile; what a fault or their end makes impossible is left. */
  async #disturb(id: string, number: number): Promise<void> {
    const actions = ACTIONS[number % 10] ?? [];
    for (const action of actions) {
      await this.#rig.tracker.jobControl(id, action).catch((error: unknown) => {
        if (!(error instanceof Drmaa2Error)) throw error;
      });
    }
    // A resume that was cut off would leave it suspended for ever.
    if (actions.includes('resume')) await this.#resume(id);
  }

  async #resume(id: string): Promise<void> {
    for (;;) {
      try {
        await this.#rig.engine.containers.kill(id, { signal: 'SIGCONT' });
        return;
      } catch (error) {
        if (error instanceof EngineHttpError && error.status < 500) return;
        await freshnessIs(this.#rig.tracker, 'live');
      }
    }
  }

  /** The engine may be down at this moment. */
  async #inspect(id: string): ReturnType<Rig['inspect']> {
    for (;;) {
      try {
        return await this.#rig.inspect(id);
      } catch (error) {
        if (error instanceof EngineHttpError) throw error;
        await freshnessIs(this.#rig.tracker, 'live');
      }
    }
  }

  async #forget(id: string): Promise<void> {
    const { length } = this.#ledger.endings(id);
    if (length !== 1) this.#wrong.push(`${id} ended ${String(length)} times`);
    await this.#rig.tracker.deleteJob(id).catch((error: unknown) => {
      if (!(error instanceof Drmaa2Error)) throw error;
    });
    this.#ledger.forget(id);
  }
}

const ACTIONS: Readonly<Record<number, readonly Parameters<DockerTracker['jobControl']>[1][]>> = {
  1: ['suspend', 'resume'],
  4: ['terminate'],
  7: ['suspend', 'terminate'],
};

/** What a killed engine says of an end that it had not saved. */
const REPLACED = [255, 0];

function exitCode(number: number): number {
  return number % 7;
}

/** How a job may end. */
function meant(number: number): readonly (number | undefined)[] {
  return ACTIONS[number % 10]?.includes('terminate') === true ? [exitCode(number), 137] : [exitCode(number)];
}

/** The shell ignores SIGTERM as first process, so that an engine that comes back lets it end by itself. */
function slow(number: number, code: number): string {
  return `sleep ${String((number % 5) * 0.3)}; exit ${String(code)}`;
}
