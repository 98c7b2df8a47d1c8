import { JobWaitError, type DockerTracker, type JobSnapshot, type JobState } from '@docker-tracker/tracker';
import { CommandError, EXIT, usageError } from '../core/command-error.js';
import type { Command } from 'commander';
import { DURATION_FORM, parseDuration } from '../core/duration.js';
import { exitStatusOf, exitStatusOfAll } from '../core/exit-status.js';
import { stateNamed } from '../core/job-filter.js';
import { jobNamed } from '../core/job-name.js';
import type { Finish } from '../session/add-command.js';
import { commandContext, idsNamed } from '../session/command-context.js';
import { print, printJson } from '../terminal/streams.js';

export function addWait(program: Command, finish: Finish): void {
  const command = program
    .command('wait')
    .summary('wait until jobs have ended, and end with their exit status')
    .description(
      `Prints each job's exit status as it ends, in the order given, and ends with the first that is not 0.
A job that failed without an exit status (cancelled, never started) counts as ${String(EXIT.ownFailure)}. An array stands for its tasks.
While it waits, queued jobs of the session are started.`,
    )
    .argument('<job...>', 'ids, beginnings of ids, names, or arrays')
    .option('--timeout <duration>', `give up after 10s, 5m, ...; exit code ${String(EXIT.timeout)}. 0 looks once`)
    .option('--state <state...>', 'wait for one of these states instead; the exit code is then 0');
  finish(command, wait);
}

async function wait(command: Command): Promise<number> {
  const { common, signal, open } = commandContext(command);
  const { timeout, state } = command.opts<{ readonly timeout?: string; readonly state?: readonly string[] }>();
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout);
  if (timeout !== undefined && timeoutMs === undefined)
    throw usageError(`--timeout: ${JSON.stringify(timeout)} is no duration`, `give ${DURATION_FORM}`);
  const states = state?.map(stateNamed) ?? (['Done', 'Failed'] as const);
  await using tracker = await open();
  const ids = idsNamed(command.args, tracker);
  const waits = ids.map((id) => waitFor(tracker, id, states, { timeoutMs, signal }));
  // The first in the order of the words is told first; one that rejects before must not be unheard.
  for (const each of waits) each.catch(() => undefined);
  const jobs: JobSnapshot[] = [];
  for (const each of waits) {
    const job = await each;
    jobs.push(job);
    if (common.json) printJson(job);
    else print(state === undefined ? String(exitStatusOf(job)) : job.state);
  }
  return state === undefined ? exitStatusOfAll(jobs) : 0;
}

async function waitFor(
  tracker: DockerTracker,
  id: string,
  states: readonly JobState[],
  options: { readonly timeoutMs: number | undefined; readonly signal: AbortSignal },
): Promise<JobSnapshot> {
  try {
    return await tracker.wait(id, states, options);
  } catch (error) {
    if (!(error instanceof JobWaitError) || error.code !== 'Timeout') throw error;
    throw new CommandError(
      `job ${jobNamed(error.job)} is ${error.job.state} and did not become ${states.join(' or ')} in time`,
      { advice: 'give more time, or leave --timeout out to wait for as long as it takes', exitCode: EXIT.timeout },
    );
  }
}
