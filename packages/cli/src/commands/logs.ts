import type { Command } from 'commander';
import { CommandError, usageError } from '../core/command-error.js';
import { sinceSeconds } from '../core/since.js';
import type { Finish } from '../session/add-command.js';
import { commandContext, idsNamed } from '../session/command-context.js';
import { outputJson } from '../terminal/json-lines.js';
import { writeBytes } from '../terminal/streams.js';

export function addLogs(program: Command, finish: Finish): void {
  const command = program
    .command('logs')
    .summary('show the output of a job')
    .description(
      "Shows a job's output out of the engine's log: standard output to standard output, standard error to standard error.",
    )
    .argument('<job>', 'an id, the beginning of one, or a name')
    .option('-f, --follow', 'stay until the job ends')
    .option('-n, --tail <lines>', 'only so many lines from the end')
    .option(
      '--since <time>',
      'only from then on: 2026-01-31T12:00:00Z, Unix seconds, or how long ago (ms, s, m, h, d: 90s, 1h30m)',
    )
    .option('--stdout', 'only standard output')
    .option('--stderr', 'only standard error');
  finish(command, logs);
}

async function logs(command: Command): Promise<undefined> {
  const { common, signal, open } = commandContext(command);
  const options = command.opts<{
    readonly follow?: true;
    readonly tail?: string;
    readonly since?: string;
    readonly stdout?: true;
    readonly stderr?: true;
  }>();
  const only = options.stdout ?? options.stderr;
  const output = {
    follow: options.follow,
    tail: options.tail === undefined || options.tail === 'all' ? undefined : lineCount(options.tail),
    since: options.since === undefined ? undefined : sinceSeconds(options.since, Date.now()),
    stdout: only ? options.stdout === true : undefined,
    stderr: only ? options.stderr === true : undefined,
    signal,
  };
  await using tracker = await open();
  const [id, ...others] = idsNamed(command.args, tracker);
  if (id === undefined || others.length > 0) {
    throw new CommandError(`${command.args.join(' ')} is an array`, { advice: 'name one of its tasks; ps shows them' });
  }
  for await (const chunk of tracker.output(id, output)) {
    if (common.json) await writeBytes(process.stdout, `${JSON.stringify(outputJson(id, chunk))}\n`);
    else await writeBytes(process[chunk.stream], chunk.data);
  }
  return undefined;
}

function lineCount(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw usageError(`--tail: ${JSON.stringify(text)} is no number of lines`, 'give digits alone, such as 5, or all');
}
