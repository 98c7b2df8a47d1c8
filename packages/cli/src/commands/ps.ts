import type { Command } from 'commander';
import { usageError } from '../core/command-error.js';
import { FILTER_KEYS, jobPredicate } from '../core/job-filter.js';
import { newestFirst } from '../core/job-order.js';
import type { Finish } from '../session/add-command.js';
import { commandContext } from '../session/command-context.js';
import { withTimes } from '../session/ended-times.js';
import { jobColumns } from '../terminal/job-columns.js';
import { print, printJson } from '../terminal/streams.js';
import { tableLines } from '../terminal/table.js';

export function addPs(program: Command, finish: Finish): void {
  const command = program
    .command('ps')
    .summary('list the jobs of the session')
    .description('Lists the jobs that have not ended; with --all, or a filter for a state, the others as well.')
    .option('-a, --all', 'ended jobs, too')
    .option('-A, --all-sessions', 'the jobs of all sessions')
    .option(
      '-f, --filter <key=value>',
      `only jobs with ${FILTER_KEYS.join('=, ')}=; values of one key are alternatives`,
      collect,
    )
    .option('-n, --last <number>', 'only the last so many to start, ended ones included', countOf)
    .option('-q, --quiet', 'only ids')
    .option('--no-trunc', 'whole ids, and nothing left out');
  finish(command, ps);
}

async function ps(command: Command): Promise<undefined> {
  const { common, colors, signal, open, openMonitor } = commandContext(command);
  const options = command.opts<{
    readonly all?: true;
    readonly allSessions?: true;
    readonly filter?: readonly string[];
    readonly last?: number;
    readonly quiet?: true;
    readonly trunc: boolean;
  }>();
  const isShown = jobPredicate(options.filter ?? [], options.all === true || options.last !== undefined);
  await using shown = await (options.allSessions ? openMonitor() : open());
  const chosen = [...shown.snapshot().values()].filter(isShown);
  const timed = options.quiet === true && options.last === undefined ? chosen : await withTimes(shown, chosen, signal);
  const jobs = newestFirst(timed).slice(0, options.last);
  if (common.json) {
    printJson(jobs);
  } else if (options.quiet) {
    for (const { id } of jobs) print(options.trunc ? id.slice(0, 12) : id);
  } else {
    const columns = jobColumns({ colors, now: Date.now(), wholeIds: !options.trunc, sessions: options.allSessions });
    // Whoever reads it from a pipe wants all of it.
    const width = process.stdout.isTTY && options.trunc ? process.stdout.columns : undefined;
    for (const line of tableLines(jobs, columns, { width, paintHead: colors.bold })) print(line);
  }
  return undefined;
}

function countOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw usageError(`--last: ${JSON.stringify(text)} is no number of jobs`, 'give digits alone, such as 5');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
