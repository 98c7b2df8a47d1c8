import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { JobTemplate } from '@docker-tracker/drmaa2';
import { describeExtension } from '@docker-tracker/tracker';
import { Option, type Command } from 'commander';
import { usageError } from '../core/command-error.js';
import { TEMPLATE_OPTIONS, type TemplateOption } from '../core/template-options.js';
import { templateOf } from '../core/template-of.js';

/** Adds the flags that a template is made of. */
export function addTemplateFlags(command: Command): Command {
  command.addOption(
    new Option('--template <file>', 'a JobTemplate as JSON, - for standard input; the flags go before it'),
  );
  for (const option of TEMPLATE_OPTIONS) command.addOption(parserOption(option));
  return command;
}

/** The template that a command line asks for; see {@link templateOf}. */
export async function readTemplate(command: Command, words: readonly string[]): Promise<JobTemplate> {
  const options = command.opts<Readonly<Record<string, unknown>>>();
  const base = typeof options.template === 'string' ? await readTemplateFile(options.template) : undefined;
  const files = Array.isArray(options.envFile) ? options.envFile.map(String) : [];
  const environmentFiles = await Promise.all(files.map((file) => readText(file, '--env-file')));
  const [image, ...arguments_] = words;
  return templateOf({ base, options, image, command: arguments_, environment: process.env, environmentFiles });
}

function parserOption({ flags, takes, target, describes }: TemplateOption): Option {
  const option = new Option(
    flags,
    describes === '' && 'extension' in target ? extensionHelp(target.extension) : describes,
  );
  return takes === 'many'
    ? option.argParser((value: string, before?: readonly string[]) => [...(before ?? []), value])
    : option;
}

/** Without the key itself, which the flag says, and without the long form of what it takes. */
function extensionHelp(key: string): string {
  return (
    describeExtension(key)
      .slice(key.length + 2)
      .split('. Takes ')[0] ?? ''
  ).replace(/;.*$/, '');
}

async function readTemplateFile(file: string): Promise<JobTemplate> {
  const content = file === '-' ? await text(process.stdin) : await readText(file, '--template');
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw usageError(
      `--template ${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`,
      'docker-tracker info --template JOB prints what it takes',
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageError(`--template ${file} is no object`, 'docker-tracker info --template JOB prints what it takes');
  }
  return value;
}

async function readText(file: string, flag: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(
      `${flag}: ${error instanceof Error ? error.message : String(error)}`,
      'give a file that can be read',
    );
  }
}
