import type { JobState } from '@docker-tracker/drmaa2';

/** A command as completion sees it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** What its words are. */
  readonly words: 'jobs' | 'image' | 'commands' | 'shells' | 'nothing';
}

export interface CompletedOption {
  /** Both of its spellings, where it has two. */
  readonly spellings: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
}

/** One thing that may stand there. */
export interface Candidate {
  readonly value: string;
  readonly describes: string;
}

/** What may stand at the end of a command line; `jobs` and `images` are to be asked for. */
export type Completion =
  | { readonly of: 'candidates'; readonly candidates: readonly Candidate[] }
  | { readonly of: 'jobs'; readonly states: readonly JobState[] | undefined }
  | { readonly of: 'images' }
  /** Files, as the shell itself has them. */
  | { readonly of: 'files' };

/** The jobs that a command can do something to; all, where it is not named. */
const LEGAL: Readonly<Record<string, readonly JobState[]>> = {
  suspend: ['Running'],
  resume: ['Suspended'],
  hold: ['Queued'],
  release: ['QueuedHeld'],
  terminate: ['Running', 'Suspended', 'Queued', 'QueuedHeld', 'Undetermined'],
  rm: ['Done', 'Failed'],
};

/**
 * What may stand in the place of the last word.
 *
 * @param words - behind the command's own name; the last is the one that is being written, perhaps empty
 * @param values - what the value of an option may be, by long spelling; `files` for those that name one
 */
export function complete(
  words: readonly string[],
  program: CompletedCommand,
  commands: readonly CompletedCommand[],
  values: Readonly<Record<string, readonly string[] | 'files'>>,
): Completion {
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  const { command, operands, open } = read(before, program, commands);
  if (open) return valueOf(open, word, values);
  // Behind `run IMAGE` stands a command line of somebody else's.
  if (command.words === 'image' && operands > 0) return { of: 'files' };
  if (word.startsWith('-')) return begun(optionsOf(command, program), word);
  switch (command.words) {
    case 'jobs':
      return { of: 'jobs', states: LEGAL[command.name] };
    case 'image':
      return { of: 'images' };
    case 'commands':
      return begun(
        commands.map(({ name, summary }) => ({ value: name, describes: summary })),
        word,
      );
    case 'shells':
      return begun(
        SHELLS.map((value) => ({ value, describes: '' })),
        word,
      );
    case 'nothing':
      return { of: 'candidates', candidates: [] };
  }
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

interface Read {
  readonly command: CompletedCommand;
  /** Words behind the command that are no options. */
  readonly operands: number;
  /** The option that the next word is the value of. */
  readonly open: CompletedOption | undefined;
}

function read(words: readonly string[], program: CompletedCommand, commands: readonly CompletedCommand[]): Read {
  let command = program;
  let operands = 0;
  let open: CompletedOption | undefined;
  for (const word of words) {
    if (open) {
      open = undefined;
    } else if (word.startsWith('-') && !(command.words === 'image' && operands > 0)) {
      const option = [...command.options, ...program.options].find(({ spellings }) => spellings.includes(word));
      open = option?.takesValue === true ? option : undefined;
    } else if (command === program) {
      command = commands.find(({ name }) => name === word) ?? { ...program, words: 'nothing' };
    } else {
      operands += 1;
    }
  }
  return { command, operands, open };
}

function valueOf(
  option: CompletedOption,
  word: string,
  values: Readonly<Record<string, readonly string[] | 'files'>>,
): Completion {
  const known = option.spellings.map((spelling) => values[spelling]).find((found) => found !== undefined) ?? [];
  if (known === 'files') return { of: 'files' };
  return begun(
    known.map((value) => ({ value, describes: '' })),
    word,
  );
}

function optionsOf(command: CompletedCommand, program: CompletedCommand): readonly Candidate[] {
  const options = new Set([...command.options, ...program.options]);
  return [...options].flatMap(({ spellings, summary }) => {
    const long = spellings.find((spelling) => spelling.startsWith('--'));
    return long === undefined ? [] : [{ value: long, describes: summary }];
  });
}

function begun(candidates: readonly Candidate[], word: string): Completion {
  const each = new Map(candidates.map((candidate) => [candidate.value, candidate]));
  return { of: 'candidates', candidates: [...each.values()].filter(({ value }) => value.startsWith(word)) };
}
