import { JOB_STATES, type JobState } from '@docker-tracker/drmaa2';
import { Engine } from '@docker-tracker/engine-client';
import { DockerTracker } from '@docker-tracker/tracker';
import { Argument, type Command, type Option } from 'commander';
import { usageError } from '../core/command-error.js';
import { COMPLETION_SCRIPTS } from '../core/completion-script.js';
import { complete, SHELLS, type Candidate, type CompletedCommand, type CompletedOption } from '../core/completion.js';
import { FILTER_KEYS } from '../core/job-filter.js';
import { jobTitle, SHORT_ID } from '../core/job-name.js';
import { plainText } from '../core/plain-text.js';
import type { Finish } from '../session/add-command.js';
import { commonOptions, type CommonOptions } from '../session/common-options.js';
import { print } from '../terminal/streams.js';

export function addCompletion(program: Command, finish: Finish): void {
  const completion = program
    .command('completion')
    .summary('print what a shell reads to complete this command')
    .description(`Prints a completion script; its first lines say where it goes. Jobs and images are completed, too.`)
    .addArgument(new Argument('<shell>', SHELLS.join(', ')).choices(SHELLS));
  finish(completion, (command) => {
    const shell = SHELLS.find((name) => name === command.args[0]);
    if (shell === undefined)
      throw usageError(`no completion for ${String(command.args[0])}`, `give one of ${SHELLS.join(', ')}`);
    process.stdout.write(COMPLETION_SCRIPTS[shell]);
    return Promise.resolve(undefined);
  });
  const asked = program
    .command('complete', { hidden: true })
    .argument('[word...]')
    .passThroughOptions()
    .allowUnknownOption();
  finish(asked, async (command) => {
    for (const { value, describes } of await candidates(program, command.args)) print(`${value}\t${describes}`);
    return undefined;
  });
}

/** What the value of an option may be. */
const VALUES: Readonly<Record<string, readonly string[] | 'files'>> = {
  '--filter': FILTER_KEYS.map((key) => `${key}=`),
  '--state': JOB_STATES,
  '--pull': ['never', 'missing', 'always'],
  '--suspend': ['signal', 'pause'],
  '--terminate': ['kill', 'stop'],
  '--restart': ['no', 'always', 'unless-stopped', 'on-failure'],
  '--network': ['none', 'host', 'bridge'],
  '--template': 'files',
  '--env-file': 'files',
  '--input-path': 'files',
  '--output-path': 'files',
  '--error-path': 'files',
  '--volume': 'files',
};

/** A shell that waits for longer is of no use to anybody. */
const LIMIT_MS = 3_000;

async function candidates(program: Command, words: readonly string[]): Promise<readonly Candidate[]> {
  const shown = program.commands.filter((command) => !isHidden(command));
  const completion = complete(
    words,
    completed(program, 'commands'),
    shown.map((command) => completed(command)),
    VALUES,
  );
  if (completion.of === 'candidates') return completion.candidates;
  const word = words.at(-1) ?? '';
  try {
    const common = commonOptions(program, process.env, sessionWords(words));
    if (completion.of === 'jobs')
      return (await jobs(common, completion.states)).filter(({ value }) => value.startsWith(word));
    if (completion.of === 'images') return (await images(common)).filter(({ value }) => value.startsWith(word));
  } catch {
    // No engine, no candidates: a completion is no place for an error.
  }
  return [];
}

async function jobs(
  { session, host, context }: CommonOptions,
  states: readonly JobState[] | undefined,
): Promise<readonly Candidate[]> {
  await using tracker = await DockerTracker.open({ session, host, context, signal: AbortSignal.timeout(LIMIT_MS) });
  const found = [...tracker.snapshot().values()].filter(({ state }) => states?.includes(state) ?? true);
  const keys = new Set(found.map(({ arrayKey }) => arrayKey).filter((key) => key !== undefined));
  return [
    ...found.map((job) => ({ value: job.id.slice(0, SHORT_ID), describes: `${jobTitle(job)} ${job.state}` })),
    ...found.flatMap(({ jobName, state }) =>
      jobName === undefined || /[^\w.-]/.test(jobName) ? [] : [{ value: jobName, describes: state }],
    ),
    ...[...keys].map((key) => ({ value: key, describes: 'array' })),
  ];
}

async function images({ host, context }: CommonOptions): Promise<readonly Candidate[]> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  await using engine = await Engine.connect({ host, context, signal });
  const found = await engine.images.list({ signal });
  const tags = found.flatMap(({ RepoTags }) => RepoTags).filter((tag) => !tag.includes('<none>'));
  return tags.sort().map((tag) => ({ value: plainText(tag), describes: '' }));
}

/** What the command line that is being written says about engine and session. */
function sessionWords(words: readonly string[]): Readonly<Record<string, string>> {
  const names: Readonly<Record<string, string>> = {
    '--session': 'session',
    '-H': 'host',
    '--host': 'host',
    '-c': 'context',
    '--context': 'context',
  };
  return Object.fromEntries(
    words.slice(0, -1).flatMap((word, at) => {
      const name = names[word];
      const value = words[at + 1];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

function completed(command: Command, words = wordsOf(command)): CompletedCommand {
  return { name: command.name(), summary: command.summary(), options: command.options.map(completedOption), words };
}

function completedOption({ short, long, description, required, optional }: Option): CompletedOption {
  return {
    spellings: [short, long].filter((spelling) => spelling !== undefined),
    summary: description.split('\n')[0] ?? '',
    takesValue: required || optional,
  };
}

function wordsOf(command: Command): CompletedCommand['words'] {
  const [first] = command.registeredArguments;
  if (first?.name() === 'job') return 'jobs';
  if (first?.name() === 'image') return 'image';
  return first?.name() === 'shell' ? 'shells' : 'nothing';
}

function isHidden(command: Command): boolean {
  return command.name() === 'complete';
}
