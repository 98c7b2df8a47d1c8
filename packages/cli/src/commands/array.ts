import type { JobTemplate, TaskIndices } from '@docker-tracker/drmaa2';
import type { ArraySnapshot, DockerTracker, JobSnapshot } from '@docker-tracker/tracker';
import type { Command } from 'commander';
import { auditTime, type Subscription } from 'rxjs';
import { usageError } from '../core/command-error.js';
import { exitStatusOfAll } from '../core/exit-status.js';
import type { Finish } from '../session/add-command.js';
import { commandContext, type CommandContext } from '../session/command-context.js';
import { forwardInterruption } from '../session/forward-interruption.js';
import { Interruption } from '../session/interruption.js';
import { addTemplateFlags, readTemplate } from '../session/template-flags.js';
import { jobColumns } from '../terminal/job-columns.js';
import { transitionJson } from '../terminal/json-lines.js';
import { showPulls } from '../terminal/pull-progress.js';
import { showStatusLine } from '../terminal/status-line.js';
import { print, printJson } from '../terminal/streams.js';
import { tableLines } from '../terminal/table.js';

export function addArray(program: Command, finish: Finish): void {
  const command = program
    .command('array')
    .summary('run a job array, and end with its exit status')
    .description(DESCRIPTION)
    .argument('[image]', 'the image (jobCategory)')
    .argument('[command...]', "the command and its arguments; default: the image's own")
    .option('--begin <index>', 'the first index', '1')
    .requiredOption('--end <index>', 'the last index')
    .option('--step <number>', 'from one index to the next', '1')
    .option('--max-parallel <number>', 'so many tasks at once; default: all')
    .option('-d, --detach', "print the array's key and leave once all tasks are queued")
    .passThroughOptions();
  finish(addTemplateFlags(command), array);
}

const DESCRIPTION = `Runs one job for each index; TASK_ID in its environment says which. Shows all tasks once they have ended, and ends with the first
exit status that is not 0. Their output goes to --output-path, where $DRMAA2_INDEX$ is the index, or is read by logs.
Tasks are started by whoever has the session open: after --detach, docker-tracker wait KEY does it as well.`;

interface ArrayOptions {
  readonly begin: string;
  readonly end: string;
  readonly step: string;
  readonly maxParallel?: string;
  readonly detach?: true;
}

async function array(command: Command): Promise<number> {
  const context = commandContext(command);
  const options = command.opts<ArrayOptions>();
  const range = rangeOf(options);
  const template = await readTemplate(command, command.args);
  await using tracker = await context.open();
  const submitted = await submit(context, tracker, template, range);
  if (options.detach) {
    if (!context.common.json) print(submitted.arrayKey);
    return 0;
  }
  return await followArray(context, tracker, submitted.arrayJobId);
}

interface Submitted {
  readonly arrayJobId: string;
  readonly arrayKey: string;
}

async function submit(
  { common, signal }: CommandContext,
  tracker: DockerTracker,
  template: JobTemplate,
  range: TaskIndices,
): Promise<Submitted> {
  const pulls = showPulls(tracker);
  const arrayJobId = await tracker.addArrayJob(template, range, { signal }).finally(() => pulls?.unsubscribe());
  const [first = ''] = tracker.listArrayJobs(arrayJobId);
  const arrayKey = tracker.snapshot().get(first)?.arrayKey ?? '';
  if (common.json) printJson({ type: 'submitted', arrayJobId, arrayKey });
  return { arrayJobId, arrayKey };
}

async function followArray(
  { common, signal, colors }: CommandContext,
  tracker: DockerTracker,
  arrayJobId: string,
): Promise<number> {
  const stopForwarding = forwardInterruption(signal, () => tracker.jobControlArray(arrayJobId, 'terminate'));
  const shown = common.json ? transitionsOf(tracker, arrayJobId) : showProgress(tracker, arrayJobId);
  let jobs: readonly JobSnapshot[];
  try {
    jobs = await tracker.waitArray(arrayJobId);
  } finally {
    stopForwarding();
    shown?.unsubscribe();
  }
  if (common.json) {
    printJson({ type: 'ended', arrayJobId, jobs });
  } else {
    const width = process.stdout.isTTY ? process.stdout.columns : undefined;
    const columns = jobColumns({ colors, now: Date.now() });
    for (const line of tableLines(jobs, columns, { width, paintHead: colors.bold })) print(line);
  }
  return signal.reason instanceof Interruption ? signal.reason.exitCode : exitStatusOfAll(jobs);
}

function transitionsOf(tracker: DockerTracker, arrayJobId: string): Subscription {
  const ids = new Set(tracker.listArrayJobs(arrayJobId));
  return tracker.transitions$.subscribe((transition) => {
    if (ids.has(transition.jobId)) printJson(transitionJson(transition));
  });
}

/** Nothing where standard error is no terminal. */
function showProgress(tracker: DockerTracker, arrayJobId: string): Subscription | undefined {
  const line = showStatusLine();
  if (!line) return undefined;
  const progress = tracker
    .arrayJob$(arrayJobId)
    .pipe(auditTime(100))
    .subscribe((now) => {
      line.show(progressText(now));
    });
  progress.add(() => {
    line.clear();
  });
  return progress;
}

function progressText({ counts, tasks }: ArraySnapshot): string {
  const {
    Done: done,
    Failed: failed,
    Running: running,
    Queued: queued,
    QueuedHeld: held,
    Suspended: suspended,
  } = counts;
  const others = Object.entries({ running, queued, held, suspended }).filter(([, count]) => count > 0);
  const ended = `${String(done + failed)} of ${String(tasks.length)} ended${failed > 0 ? ` (${String(failed)} failed)` : ''}`;
  return [ended, ...others.map(([word, count]) => `${String(count)} ${word}`)].join(', ');
}

/** What an index may be is the tracker's to judge. */
function rangeOf({ begin, end, step, maxParallel }: ArrayOptions): TaskIndices {
  return {
    begin: numberOf('--begin', begin),
    end: numberOf('--end', end),
    step: numberOf('--step', step),
    ...(maxParallel !== undefined && { maxParallel: numberOf('--max-parallel', maxParallel) }),
  };
}

function numberOf(flag: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(number)) return number;
  throw usageError(`${flag}: ${JSON.stringify(text)} is no whole number`, 'give digits alone, such as 5');
}
