import type { JobTemplate } from '@docker-tracker/drmaa2';
import { usageError } from './command-error.js';
import { isNumberAttribute, TEMPLATE_OPTIONS, type TemplateOption } from './template-options.js';

/** What a template is made of. */
export interface TemplateSource {
  /** Of `--template`; every flag goes before it. */
  readonly base?: JobTemplate | undefined;
  /** By long name, as the parser files them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly image?: string | undefined;
  readonly command: readonly string[];
  /** Ours, for `--env KEY`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The content of each `--env-file`. */
  readonly environmentFiles?: readonly string[] | undefined;
}

type Draft = { -readonly [Name in keyof JobTemplate]: JobTemplate[Name] };

/**
 * The template that a command line asks for. What its values mean is judged by the tracker, before anything is created.
 *
 * @throws {CommandError} no image; a value that is no number, or no pair; a source that is mounted twice.
 */
export function templateOf(source: TemplateSource): JobTemplate {
  const { base = {}, image, command } = source;
  const draft: Draft = { ...base };
  for (const option of TEMPLATE_OPTIONS) {
    const value = source.options[option.name];
    if (value !== undefined) apply(draft, option, value, source);
  }
  if (image !== undefined) draft.jobCategory = image;
  if (draft.jobCategory === undefined)
    throw usageError('no image is given', 'give IMAGE, or --template with a jobCategory');
  const [remoteCommand, ...args] = command;
  if (remoteCommand !== undefined) {
    draft.remoteCommand = remoteCommand;
    draft.args = args;
  } else if (draft.remoteCommand === undefined) {
    setExtension(draft, 'image-command', 'true');
  }
  return draft;
}

function apply(draft: Draft, { flags, target }: TemplateOption, value: unknown, source: TemplateSource): void {
  if ('attribute' in target) {
    const { attribute } = target;
    Object.assign(draft, { [attribute]: isNumberAttribute(attribute) ? numberOf(flags, String(value)) : value });
  } else if ('map' in target) {
    draft[target.map] = { ...draft[target.map], ...pairsOf(flags, listOf(value)) };
  } else if ('extension' in target) {
    const text = target.joined === undefined ? String(value) : listOf(value).join(target.joined);
    setExtension(draft, target.extension, text);
  } else if (target.special === 'env') {
    draft.jobEnvironment = { ...draft.jobEnvironment, ...environmentOf(listOf(value), source.environment) };
  } else if (target.special === 'env-file') {
    const lines = (source.environmentFiles ?? []).flatMap(linesOf);
    draft.jobEnvironment = { ...draft.jobEnvironment, ...environmentOf(lines, source.environment) };
  } else {
    for (const volume of listOf(value)) addVolume(draft, volume);
  }
}

function setExtension(draft: Draft, key: string, value: string): void {
  draft.extensionList = { ...draft.extensionList, [key]: value };
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function numberOf(flags: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(number))
    throw usageError(`${flags}: ${JSON.stringify(text)} is no whole number`, 'give digits alone, such as 5');
  return number;
}

function pairsOf(flags: string, pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1)
        throw usageError(`${flags}: ${JSON.stringify(pair)} is no KEY=VALUE`, 'give both, such as KEY=VALUE');
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

/** A variable that is not set here is left out, as docker does. */
function environmentOf(
  entries: readonly string[],
  ours: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const pairs = entries.map((entry): readonly [string, string | undefined] => {
    const equals = entry.indexOf('=');
    if (equals === 0 || entry === '')
      throw usageError(
        `--env: ${JSON.stringify(entry)} names no variable`,
        'give NAME=VALUE, or NAME for the value that it has here',
      );
    return equals < 0 ? [entry, ours[entry]] : [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

/** @source docker/cli opts/file.go: blank lines and those that begin with # are passed over */
function linesOf(content: string): readonly string[] {
  const lines = content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trimStart());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/** `source:target[:modes]` as docker reads it: a source with a slash or a leading dot is a path, any other a volume. */
function addVolume(draft: Draft, volume: string): void {
  const [source = '', target, ...modes] = volume.split(':');
  if (target === undefined) {
    const before = draft.extensionList?.mounts;
    const mount = `type=volume,target=${source}`;
    setExtension(draft, 'mounts', before === undefined ? mount : `${before};${mount}`);
    return;
  }
  if (draft.stageInFiles && Object.hasOwn(draft.stageInFiles, source)) {
    throw usageError(`--volume: ${JSON.stringify(source)} is mounted twice`, 'use --mount for the second one');
  }
  const isPath = source.startsWith('.') || source.startsWith('~') || source.includes('/');
  const path = [target, ...modes].join(':');
  draft.stageInFiles = { ...draft.stageInFiles, [source]: isPath ? path : `volume:${path}` };
}
