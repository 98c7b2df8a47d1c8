import type { JobSnapshot } from '@docker-tracker/tracker';
import type { Command } from 'commander';
import { first, merge } from 'rxjs';
import { jobNamed } from '../core/job-name.js';
import { subStateText } from '../core/sub-state.js';
import { KEYS } from '../core/top/top-keys.js';
import { hasText } from '../core/top/top-model.js';
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
  else await untilInterrupted(signal, tellChanges(source, filter, common.json));
  return undefined;
}

/** For a pipe: the jobs as they stand, then each change. @returns what ends it. */
function tellChanges(source: TopSource, filter: string, json: boolean): () => void {
  const isShown = (job: JobSnapshot): boolean => hasText(job, filter);
  const told = merge(source.jobs$.pipe(first()), source.changes$).subscribe((now) => {
    const added = ('added' in now ? now.added : [...now.values()]).filter(isShown);
    const changed = 'added' in now ? now.changed.filter(isShown) : [];
    const removed = 'added' in now ? now.removed.filter(isShown) : [];
    if (json && !('added' in now)) printJson({ type: 'jobs', jobs: added });
    else if (json) printJson({ type: 'changes', added, changed, removed });
    else {
      for (const job of [...added, ...changed]) print(jobLine(job, job.state));
      for (const job of removed) print(jobLine(job, 'removed'));
    }
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
    subStateText(job),
    job.exitStatus === undefined ? '' : `exit status ${String(job.exitStatus)}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}
