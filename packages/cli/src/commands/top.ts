import type { JobSnapshot } from '@docker-tracker/tracker';
import type { Command } from 'commander';
import { first, merge } from 'rxjs';
import { jobNamed } from '../core/job-name.js';
import { plainText } from '../core/plain-text.js';
import { KEYS } from '../core/top/top-keys.js';
import type { Finish } from '../session/add-command.js';
import { untilInterrupted, commandContext } from '../session/command-context.js';
import { note, print, printJson } from '../terminal/streams.js';
import { showTop } from '../top/live-top.js';
import { monitorSource, sessionSource, type TopSource } from '../top/top-source.js';

export function addTop(program: Command, finish: Finish): void {
  const command = program
    .command('top')
    .summary('watch and control the jobs in a live table')
    .description(
      `Fills the terminal with a live table; into a pipe it writes a line for each job, and one for each change.

Keys: ${KEYS.map(([keys, does]) => `${keys}: ${does}`).join('\n      ')}`,
    )
    .option('-A, --all-sessions', 'the jobs of all sessions; queued jobs are then started by others')
    .option('-f, --filter <text>', 'show only jobs with that text in id, name, state, category or session', '');
  finish(command, top);
}

async function top(command: Command): Promise<undefined> {
  const { common, colors, signal, open, openMonitor } = commandContext(command);
  const { filter, allSessions } = command.opts<{ readonly filter: string; readonly allSessions?: true }>();
  await using source = allSessions ? monitorSource(await openMonitor()) : sessionSource(await open());
  if (process.stdout.isTTY && !common.json) await showTop(source, colors, filter, signal);
  else await untilInterrupted(signal, tellChanges(source, common.json));
  return undefined;
}

/** For a pipe: the jobs as they stand, then each change. @returns what ends it. */
function tellChanges(source: TopSource, json: boolean): () => void {
  const told = merge(source.jobs$.pipe(first()), source.changes$).subscribe((now) => {
    if (json) printJson('added' in now ? { type: 'changes', ...now } : { type: 'jobs', jobs: [...now.values()] });
    else if ('added' in now) {
      for (const job of [...now.added, ...now.changed]) print(jobLine(job, job.state));
      for (const job of now.removed) print(jobLine(job, 'removed'));
    } else for (const job of now.values()) print(jobLine(job, job.state));
  });
  told.add(
    source.freshness$.subscribe((freshness) => {
      if (json) printJson({ type: 'freshness', freshness });
      else if (freshness !== 'closed') note(`the view of ${source.title} is ${freshness}`);
    }),
  );
  return () => {
    told.unsubscribe();
  };
}

function jobLine(job: JobSnapshot, state: string): string {
  const words = [
    jobNamed(job),
    state,
    plainText(job.subState),
    job.exitStatus === undefined ? '' : `exit status ${String(job.exitStatus)}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}
