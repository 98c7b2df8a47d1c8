import { isTerminated, type JobTemplate } from '@docker-tracker/drmaa2';
import type { DockerTracker, JobSnapshot } from '@docker-tracker/tracker';
import type { Command } from 'commander';
import { lastValueFrom } from 'rxjs';
import { EXIT } from '../core/command-error.js';
import { plainText } from '../core/plain-text.js';
import { exitStatusOf } from '../core/exit-status.js';
import type { Finish } from '../session/add-command.js';
import { commandContext, type CommandContext } from '../session/command-context.js';
import { forwardInterruption } from '../session/forward-interruption.js';
import { Interruption } from '../session/interruption.js';
import { addTemplateFlags, readTemplate } from '../session/template-flags.js';
import { followAsJson } from '../terminal/json-lines.js';
import { showPulls } from '../terminal/pull-progress.js';
import { note, print, printJson } from '../terminal/streams.js';

export function addRun(program: Command, finish: Finish): void {
  const command = program
    .command('run')
    .summary('run a job, show its output, and end with its exit status')
    .description(DESCRIPTION)
    .argument('[image]', 'the image (jobCategory)')
    .argument('[command...]', "the command and its arguments; default: the image's own")
    .option('-d, --detach', 'print the id and leave once the job is submitted')
    .option('-i, --interactive', 'pass standard input on to the job')
    .passThroughOptions();
  finish(addTemplateFlags(command), run);
}

const DESCRIPTION = `Runs a job, passes its output on byte for byte, and ends with its exit status: 128+n where a signal ended it.
Ctrl-C (SIGINT, as SIGTERM and SIGHUP) terminates the job as its template says; the second one leaves at once.
A failure of docker-tracker itself is 125, a command that cannot be invoked 126, one that is not there 127.`;

async function run(command: Command): Promise<number> {
  const context = commandContext(command);
  const options = command.opts<{ readonly detach?: true; readonly interactive?: true }>();
  const given = await readTemplate(command, command.args);
  const template = options.interactive ? { ...given, inputPath: '/dev/stdin' } : given;
  await using tracker = await context.open();
  return options.detach ? await detached(context, tracker, template) : await attached(context, tracker, template);
}

async function detached(
  { common, signal }: CommandContext,
  tracker: DockerTracker,
  template: JobTemplate,
): Promise<number> {
  const pulls = showPulls(tracker);
  const id = await tracker.addJob(template, { signal }).finally(() => pulls?.unsubscribe());
  if (common.json) printJson(tracker.snapshot().get(id) ?? { id });
  else print(id);
  return 0;
}

async function attached(context: CommandContext, tracker: DockerTracker, given: JobTemplate): Promise<number> {
  const { common, signal } = context;
  const id = await submit(tracker, common.json ? readableTemplate(given) : shownTemplate(given), signal);
  const stopForwarding = forwardInterruption(signal, () => tracker.jobControl(id, 'terminate'));
  try {
    const following = common.json ? followAsJson(tracker, id) : undefined;
    // An output that is lost is told once the job has ended.
    following?.catch(() => undefined);
    sayIfWaiting(tracker, id);
    const job = await tracker.wait(id, ['Done', 'Failed']);
    try {
      await following;
    } finally {
      if (removes(given)) await (common.json ? tracker.deleteJob(id) : removed(tracker, id));
    }
    sayWhyItEnded(job);
    const failed = job.exitStatus === undefined && signal.aborted;
    return failed && signal.reason instanceof Interruption ? signal.reason.exitCode : exitStatusOf(job);
  } finally {
    stopForwarding();
  }
}

/**
 * A pull is cut short by an interruption. A job that may run already is not taken back but terminated like all others, so that
 * what it wrote and its exit status are told.
 */
async function submit(tracker: DockerTracker, template: JobTemplate, signal: AbortSignal): Promise<string> {
  const stop = new AbortController();
  let pulling = false;
  const stopPulling = (): void => {
    if (pulling && signal.aborted) stop.abort(signal.reason);
  };
  const pulls = tracker.pulls$.subscribe(({ phase }) => {
    pulling = phase === 'pulling';
    stopPulling();
  });
  pulls.add(showPulls(tracker));
  signal.addEventListener('abort', stopPulling);
  try {
    return await tracker.addJob(template, { signal: stop.signal });
  } finally {
    signal.removeEventListener('abort', stopPulling);
    pulls.unsubscribe();
  }
}

/** Connected before the start, so that every byte comes as it was written: a log would not keep what is not UTF-8. */
function shownTemplate(template: JobTemplate): JobTemplate {
  const { outputPath = '/dev/stdout', errorPath = '/dev/stderr', joinFiles = false } = template;
  return { ...template, outputPath, ...(!joinFiles && { errorPath }) };
}

/** Seconds; nobody reads the output of an ended job for longer. */
const REMOVED_AFTER = 86_400;

/**
 * In JSON the output is read out of the log, so the container has to stay until that has been read, and is removed by us. If we are
 * killed before, whoever has the session open a day after its end does it.
 */
function readableTemplate(template: JobTemplate): JobTemplate {
  // Both together are refused, as they are without --json.
  if (!removes(template) || template.extensionList?.ttl !== undefined) return template;
  return { ...template, extensionList: { ...template.extensionList, rm: 'false', ttl: String(REMOVED_AFTER) } };
}

function removes({ extensionList }: JobTemplate): boolean {
  return extensionList?.rm?.toLowerCase() === 'true';
}

/** As `docker run --rm` does: whoever comes after it finds nothing. */
async function removed(tracker: DockerTracker, id: string): Promise<void> {
  await lastValueFrom(tracker.job$(id), { defaultValue: undefined });
}

function sayIfWaiting(tracker: DockerTracker, id: string): void {
  const job = tracker.snapshot().get(id);
  if (!process.stderr.isTTY || job === undefined || isTerminated(job.state) || job.state === 'Running') return;
  note(`job ${id.slice(0, 12)} is ${job.state}${job.subState === '' ? '' : ` (${job.subState})`}`);
}

/** Where there is no exit status to tell it, or the status alone would mislead. Bytes of the job's own stay alone in a pipe. */
function sayWhyItEnded(job: JobSnapshot): void {
  const why = job.error ?? (job.state === 'Failed' ? job.subState : '');
  const told = exitStatusOf(job) !== EXIT.ownFailure || job.exitStatus !== undefined;
  if (why === '' || (told && !process.stderr.isTTY)) return;
  note(`job ${job.id.slice(0, 12)} is ${job.state}: ${plainText(why)}`);
}
