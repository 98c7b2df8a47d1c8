import { Drmaa2Error } from '@docker-tracker/drmaa2';
import type { Engine } from '@docker-tracker/engine-client';
import type { StageOut } from '../core/template/file-plan.js';
import { FileLock, type LockContent } from '../output/file-lock.js';
import { downloadCopy } from './stage-out.js';

interface Target {
  readonly stageOut: StageOut;
  readonly lock: FileLock;
}

/** The places that are copied to after a job's end. A lock beside each tells that it has not been. */
export class StageOutTargets {
  /** @throws {Drmaa2Error} InvalidArgument: its folder is not there, takes no files, or another job's file goes there. */
  static async begin(stageOut: readonly StageOut[], job: string): Promise<StageOutTargets | undefined> {
    const targets: Target[] = [];
    for (const pair of stageOut) {
      const taken = await FileLock.take(pair.target, { job }).catch((cause: unknown) => cause);
      if (isTaken(taken)) {
        targets.push({ stageOut: pair, lock: taken.lock });
        continue;
      }
      for (const { lock } of targets) await lock.remove();
      const words = taken instanceof Error ? taken.message : `${pair.target} is ${useOf(taken, job)}`;
      throw new Drmaa2Error('InvalidArgument', `stageOutFiles: nothing can be copied there: ${words}`, {
        cause: taken,
      });
    }
    return targets.length > 0 ? new StageOutTargets(targets) : undefined;
  }

  static async reopen(stageOut: readonly StageOut[], job: string): Promise<StageOutTargets | undefined> {
    const targets: Target[] = [];
    for (const pair of stageOut) {
      const attempt = await FileLock.take(pair.target, { job, existing: true });
      if (attempt.outcome === 'taken') targets.push({ stageOut: pair, lock: attempt.lock });
    }
    return targets.length > 0 ? new StageOutTargets(targets) : undefined;
  }

  readonly #targets: readonly Target[];

  private constructor(targets: readonly Target[]) {
    this.#targets = targets;
  }

  /** All are tried. @throws {Error} naming each that could not be copied. */
  async download(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
    const failures: Error[] = [];
    for (const { stageOut } of this.#targets) {
      try {
        await downloadCopy(engine, id, stageOut, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        const words = error instanceof Error ? error.message : String(error);
        failures.push(new Error(`${stageOut.source} was not copied to ${stageOut.target}: ${words}`, { cause: error }));
      }
    }
    if (failures.length === 0) return;
    throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
  }

  async close(left: boolean): Promise<void> {
    for (const { lock } of this.#targets) await (left ? lock.leave() : lock.remove()).catch(() => undefined);
  }
}

function useOf(attempt: unknown, job: string): string {
  const isOwn =
    typeof attempt === 'object' && attempt !== null && 'by' in attempt && (attempt.by as LockContent).job === job;
  return isOwn ? 'where the output of the job goes' : 'waited for by another job';
}

function isTaken(attempt: unknown): attempt is { readonly lock: FileLock } {
  return typeof attempt === 'object' && attempt !== null && 'lock' in attempt;
}
