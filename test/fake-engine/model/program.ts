import { HARMLESS_SIGNALS, SIGKILL, SIGSTOP } from './signals.js';

export interface Output {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What a container's command does, read off the command itself. */
export type Program =
  | { readonly kind: 'fails'; readonly exitCode: 126 | 127 | 128; readonly reason: string }
  | { readonly kind: 'ends'; readonly output: readonly Output[]; readonly exitCode: number }
  | { readonly kind: 'oom'; readonly output: readonly Output[] }
  /** Runs until a signal or the test ends it. `traps`: exit code by signal number. */
  | { readonly kind: 'runs'; readonly output: readonly Output[]; readonly traps: ReadonlyMap<number, number> }
  /** `cat` copies its input, `wc -c` counts it; both end with their input. */
  | { readonly kind: 'reads'; readonly answer: 'copy' | 'count' };

export interface ProgramInput {
  readonly words: readonly string[];
  readonly environment: readonly string[];
  readonly commands: ReadonlySet<string>;
  readonly hasMemoryLimit: boolean;
}

/** Programs that every image of the fake engine holds; the rest of the world is "executable file not found". */
export const KNOWN_COMMANDS: readonly string[] = [
  ...['true', 'false', 'sh', 'ash', 'bash', 'echo', 'printf', 'sleep', 'cat', 'wc', 'env', 'ls', 'pwd', 'id', 'tail'],
  ...['head', 'dd', 'yes', 'date', 'hostname', 'whoami', 'busybox', 'ps', 'seq', 'top', 'nc', 'stat', 'mkdir', 'rm'],
];

const PATHS = /^\/(?:usr\/)?(?:local\/)?s?bin\//;

export function readProgram(input: ProgramInput): Program {
  const [command = ''] = input.words;
  if (command === '/etc/passwd') return fails(126, `exec: "${command}": permission denied`);
  if (command.startsWith('/') && !PATHS.test(command))
    return fails(127, `exec: "${command}": stat ${command}: no such file or directory`);
  const name = command.replace(PATHS, '');
  if (!input.commands.has(name)) return fails(127, `exec: "${command}": executable file not found in $PATH`);
  const words = name === 'busybox' ? input.words.slice(1) : [name, ...input.words.slice(1)];
  const isShell = ['sh', 'ash', 'bash'].includes(words[0] ?? '');
  if (isShell && words[1] === '-c') return readScript(words[2] ?? '', input);
  if (isShell) return { kind: 'ends', output: [], exitCode: 0 };
  return readCommand(words, input);
}

/** Default action of a signal on the first process: PID 1 without a handler is only reached by KILL and STOP. */
export function exitCodeOnSignal(
  signal: number,
  traps: ReadonlyMap<number, number>,
  hasInit: boolean,
): number | undefined {
  if (signal === SIGKILL) return 128 + SIGKILL;
  const trapped = traps.get(signal);
  if (trapped !== undefined) return trapped;
  // with an init the job is not PID 1, and the default action applies
  return hasInit && signal !== SIGSTOP && !HARMLESS_SIGNALS.has(signal) ? 128 + signal : undefined;
}

function fails(exitCode: 126 | 127, reason: string): Program {
  return {
    kind: 'fails',
    exitCode,
    reason: `OCI runtime create failed: runc create failed: unable to start container process: ${reason}: unknown`,
  };
}

function readCommand(words: readonly string[], input: ProgramInput): Program {
  const [command = '', ...rest] = words;
  switch (command) {
    case 'false':
      return { kind: 'ends', output: [], exitCode: 1 };
    case 'sleep':
    case 'yes':
    case 'top':
    case 'tail':
    case 'nc':
      return { kind: 'runs', output: [], traps: new Map() };
    case 'cat':
      return { kind: 'reads', answer: 'copy' };
    case 'wc':
      return { kind: 'reads', answer: 'count' };
    case 'dd':
      if (input.hasMemoryLimit) return { kind: 'oom', output: [] };
      return { kind: 'ends', output: [], exitCode: 0 };
    default:
      return { kind: 'ends', output: printed(command, rest, input), exitCode: 0 };
  }
}

function printed(command: string, words: readonly string[], input: ProgramInput): readonly Output[] {
  if (command === 'echo') return [{ stream: 'stdout', text: `${words.join(' ')}\n` }];
  if (command === 'printf')
    return [{ stream: 'stdout', text: (words[0] ?? '').replaceAll('\\n', '\n').replaceAll('\\t', '\t') }];
  if (command === 'env') return [{ stream: 'stdout', text: input.environment.map((line) => `${line}\n`).join('') }];
  return [];
}

/** Enough of a shell for tests: statements, `exit`, `trap '… exit N' SIG`, `>&2`, `$NAME`, endless loops. */
function readScript(script: string, input: ProgramInput): Program {
  const output: Output[] = [];
  const { body, traps } = takeTraps(script);
  let exitCode = 0;
  for (const statement of body.split(/;|\n|&&/)) {
    const words = splitWords(expand(statement, input.environment));
    const [command] = words;
    if (command === undefined) continue;
    // every loop is taken for an endless one
    if (command === 'while' || command === 'until') return { kind: 'runs', output, traps };
    if (command === 'exit') return { kind: 'ends', output, exitCode: Number(words[1] ?? exitCode) & 255 };
    const program = readCommand(
      words.filter((word) => !/^[12]?>/.test(word)),
      input,
    );
    const toStderr = words.some((word) => /^1?>&2$/.test(word));
    if (program.kind === 'runs') return { kind: 'runs', output, traps };
    if (program.kind === 'oom') return { kind: 'oom', output };
    if (program.kind === 'reads') return program;
    if (program.kind !== 'ends') continue;
    output.push(...program.output.map((part) => (toStderr ? { ...part, stream: 'stderr' as const } : part)));
    exitCode = program.exitCode;
  }
  return { kind: 'ends', output, exitCode };
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { TERM: 15, INT: 2, USR1: 10, USR2: 12, HUP: 1, QUIT: 3 };

function takeTraps(script: string): { readonly body: string; readonly traps: ReadonlyMap<number, number> } {
  const traps = new Map<number, number>();
  const body = script.replace(/trap\s+(["'])(.*?)\1\s+([A-Z0-9 ]+)/g, (_all, _quote, action: string, names: string) => {
    const code = /exit\s+(\d+)/.exec(action)?.[1];
    for (const name of names.trim().split(/\s+/)) {
      const signal = SIGNAL_NUMBERS[name.replace(/^SIG/, '')];
      if (signal !== undefined && code !== undefined) traps.set(signal, Number(code));
    }
    return '';
  });
  return { body, traps };
}

function expand(text: string, environment: readonly string[]): string {
  return text.replace(/\$\{?(\w+)\}?/g, (_all, name: string) => {
    const line = environment.find((entry) => entry.startsWith(`${name}=`));
    return line?.slice(name.length + 1) ?? '';
  });
}

function splitWords(statement: string): readonly string[] {
  return [...statement.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}
