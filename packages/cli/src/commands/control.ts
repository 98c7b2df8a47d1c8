import { isTerminated, type JobControlAction } from '@docker-tracker/drmaa2';
import { Drmaa2Error, type DockerTracker } from '@docker-tracker/tracker';
import type { Command } from 'commander';
import { EXIT, usageError } from '../core/command-error.js';
import type { Finish } from '../session/add-command.js';
import { commandContext, idsNamed, type CommandContext } from '../session/command-context.js';
import { note, print, printJson } from '../terminal/streams.js';

const ACTIONS: Readonly<Record<JobControlAction, string>> = {
  suspend: 'suspend running jobs',
  resume: 'resume suspended jobs',
  hold: 'hold queued jobs: they do not start until they are released',
  release: 'release held jobs',
  terminate: 'end jobs: SIGKILL, unless their template says terminate=stop',
};

/** suspend, resume, hold, release, terminate and rm. */
export function addControlCommands(program: Command, finish: Finish): void {
  for (const action of Object.keys(ACTIONS) as JobControlAction[]) {
    const command = program.command(action).summary(ACTIONS[action]).description(`${ACTIONS[action]}. ${EACH}`);
    finish(command.argument('<job...>', WHICH), (self) => control(self, action));
  }
  const rm = program
    .command('rm')
    .summary('remove ended jobs')
    .description(`Removes the containers of jobs that are Done or Failed, with their anonymous volumes. ${EACH}`)
    .argument('[job...]', WHICH)
    .option('--all-ended', 'every job of the session that is Done or Failed')
    .option('-f, --force', 'terminate first what has not ended');
  finish(rm, remove);
}

const WHICH = 'ids, beginnings of ids, names, or arrays';
const EACH = 'Prints the id of each job that it was done to; a refusal stops none of the others.';

async function control(command: Command, action: JobControlAction): Promise<number> {
  const context = commandContext(command);
  await using tracker = await context.open();
  const ids = idsNamed(command.args, tracker);
  return await forEach(context, ids, async (id) => {
    await tracker.jobControl(id, action, { signal: context.signal });
    const { state, subState } = await tracker.jobState(id);
    return { id, state, subState };
  });
}

async function remove(command: Command): Promise<number> {
  const context = commandContext(command);
  const { allEnded, force } = command.opts<{ readonly allEnded?: true; readonly force?: true }>();
  if (allEnded === undefined && command.args.length === 0)
    throw usageError('no job is named', 'name jobs, or give --all-ended');
  if (allEnded && command.args.length > 0)
    throw usageError('--all-ended names no jobs', 'give either jobs or --all-ended');
  await using tracker = await context.open();
  const ended = [...tracker.snapshot().values()].filter(({ state }) => isTerminated(state));
  const ids = allEnded ? ended.map(({ id }) => id) : idsNamed(command.args, tracker);
  return await forEach(context, ids, async (id) => {
    if (force) await terminate(tracker, id, context.signal);
    await tracker.deleteJob(id, { signal: context.signal });
    return { id, removed: true };
  });
}

async function terminate(tracker: DockerTracker, id: string, signal: AbortSignal): Promise<void> {
  try {
    await tracker.jobControl(id, 'terminate', { signal });
  } catch (error) {
    // It has ended, which is all that was wanted.
    if (!(error instanceof Drmaa2Error) || error.code !== 'InvalidState') throw error;
  }
}

/** So many at once: the engine gains nothing from more. */
const PARALLEL = 8;

async function forEach(
  { common, signal }: CommandContext,
  ids: readonly string[],
  work: (id: string) => Promise<object>,
): Promise<number> {
  const results: (object | undefined)[] = ids.map(() => undefined);
  const left = ids.entries();
  let refused = 0;
  const worker = async (): Promise<void> => {
    for (const [index, id] of left) {
      try {
        results[index] = await work(id);
      } catch (error) {
        if (signal.aborted || !(error instanceof Drmaa2Error)) throw error;
        refused += 1;
        note(error.message);
        results[index] = { id, error: { code: error.code, message: error.message } };
        continue;
      }
      if (!common.json) print(id);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  if (common.json) printJson(results);
  return refused > 0 ? EXIT.refused : 0;
}
