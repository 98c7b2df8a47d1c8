import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addArray } from './commands/array.js';
import { addCompletion } from './commands/completion.js';
import { addControlCommands } from './commands/control.js';
import { addDashboard } from './commands/dashboard.js';
import { addEvents } from './commands/events.js';
import { addImages } from './commands/images.js';
import { addInfo } from './commands/info.js';
import { addLogs } from './commands/logs.js';
import { addMachines } from './commands/machines.js';
import { addPs } from './commands/ps.js';
import { addRun } from './commands/run.js';
import { addTop } from './commands/top.js';
import { addWait } from './commands/wait.js';
import { addCommonOptions } from './session/common-options.js';
import { EXIT } from './core/command-error.js';
import { tellFailure } from './session/failure.js';
import { endWithReaders } from './terminal/streams.js';

/** Commands whose exit code is a job's: a failure of their own must not look like one. */
const PASSES_STATUS_ON: ReadonlySet<string> = new Set(['run', 'wait', 'array']);

/** Runs a command line; resolves with the exit code. */
export async function runProgram(words: readonly string[]): Promise<number> {
  endWithReaders();
  const outcome = { exitCode: 0 };
  const program = buildProgram(outcome);
  try {
    await program.parseAsync(words, { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    const { lines, exitCode } = tellFailure(
      error,
      PASSES_STATUS_ON.has(commandOf(words)) ? EXIT.ownFailure : EXIT.refused,
    );
    for (const line of lines) process.stderr.write(`${line}\n`);
    return exitCode;
  }
}

/** The whole tree of commands. */
export function buildProgram(outcome: { exitCode: number }): Command {
  const program = new Command('docker-tracker')
    .description('Docker as a DRMAA2 job system: one container is one job.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('--help', 'show this')
    .helpCommand('help [command]', 'show the help of a command')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: (text) => process.stderr.write(text.replace(/^error: /, 'docker-tracker: ')) })
    .addHelpText('after', EXIT_CODES);
  addCommonOptions(program);
  for (const add of [
    addRun,
    addArray,
    addPs,
    addTop,
    addDashboard,
    addWait,
    addLogs,
    addInfo,
    addEvents,
    addControlCommands,
    addImages,
    addMachines,
    addCompletion,
  ]) {
    add(program, (command, work) =>
      addCommonOptions(command)
        .helpOption('--help', 'show this')
        .action(async () => {
          outcome.exitCode = (await work(command)) ?? 0;
        }),
    );
  }
  return program;
}

const EXIT_CODES = `
Exit codes: 0, or of run, wait and array the exit status of the job (128+n where a signal ended it).
  1    the engine or the state of a job refused        2    the command line is wrong
  124  wait: not within --timeout                      125  run, wait, array: a failure of our own
  126, 127  run: the command cannot be invoked, or is not there
  128+n     a signal ended docker-tracker itself`;

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}

/** The first word that is a command's name; flags of the program may stand before it. */
function commandOf(words: readonly string[]): string {
  return (
    words.find(
      (word, at) => !word.startsWith('-') && !/^(--session|-H|--host|-c|--context)$/.test(words[at - 1] ?? ''),
    ) ?? ''
  );
}
