import type { JobTransition } from '@docker-tracker/tracker';
import type { Command } from 'commander';
import { filter, takeWhile } from 'rxjs';
import { engineTimeText } from '../core/engine-time.js';
import { FILTER_KEYS, jobPredicate } from '../core/job-filter.js';
import { jobNamed } from '../core/job-name.js';
import { plainText } from '../core/plain-text.js';
import type { Finish } from '../session/add-command.js';
import { commandContext, idsNamed, untilInterrupted } from '../session/command-context.js';
import { transitionJson } from '../terminal/json-lines.js';
import { stateColor, type Colors } from '../terminal/state-colors.js';
import { note, print, printJson } from '../terminal/streams.js';

export function addEvents(program: Command, finish: Finish): void {
  const command = program
    .command('events')
    .summary('follow the transitions of jobs')
    .description(
      `Prints each change of a job's state as it happens, until it is interrupted. What came before is not told.
While it is open, queued jobs of the session are started. Whether the view is live is told as well, on standard error unless in JSON; a lost connection heals by itself.`,
    )
    .argument('[job...]', 'only these: ids, beginnings of ids, names, or arrays; default: all, new ones included')
    .option('-A, --all-sessions', 'of the jobs of all sessions; queued jobs are then started by others')
    .option('-f, --filter <key=value>', `only of jobs with ${FILTER_KEYS.join('=, ')}=, after the change`, collect);
  finish(command, events);
}

interface EventsOptions {
  readonly filter?: readonly string[];
  readonly allSessions?: true;
}

async function events(command: Command): Promise<undefined> {
  const { common, colors, signal, open, openMonitor } = commandContext(command);
  const { filter: filters = [], allSessions } = command.opts<EventsOptions>();
  const isShown = jobPredicate(filters, true);
  await using shown = await (allSessions ? openMonitor() : open());
  const ids = command.args.length > 0 ? new Set(idsNamed(command.args, shown)) : undefined;
  const told = shown.transitions$
    .pipe(filter(({ jobId, job }) => (ids?.has(jobId) ?? true) && isShown(job)))
    .subscribe((transition) => {
      if (common.json) printJson(transitionJson(transition));
      else print(transitionLine(transition, colors));
    });
  told.add(
    shown.freshness$.pipe(takeWhile((now) => now !== 'closed')).subscribe((now) => {
      if (common.json) printJson({ type: 'freshness', freshness: now });
      else note(`the view is ${now}`);
    }),
  );
  await untilInterrupted(signal, () => {
    told.unsubscribe();
  });
  return undefined;
}

function transitionLine({ at, from, to, cause, job }: JobTransition, colors: Colors): string {
  const state = stateColor(to, colors)(to) + (job.subState === '' ? '' : ` (${plainText(job.subState)})`);
  const exit = job.exitStatus === undefined ? '' : `, exit status ${String(job.exitStatus)}`;
  return `${engineTimeText(at)} ${jobNamed(job)} ${from} -> ${state}${exit} [${cause}]`;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
