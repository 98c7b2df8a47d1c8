import type { JobInfo } from '@docker-tracker/drmaa2';
import type { Command } from 'commander';
import { durationText } from '../core/duration.js';
import { plainText } from '../core/plain-text.js';
import type { Finish } from '../session/add-command.js';
import { commandContext, idsNamed } from '../session/command-context.js';
import { print, printJson } from '../terminal/streams.js';

export function addInfo(program: Command, finish: Finish): void {
  const command = program
    .command('info')
    .summary('show all that is known about jobs')
    .description('Shows the JobInfo of each job; in JSON a list of them.')
    .argument('<job...>', 'ids, beginnings of ids, names, or arrays')
    .option('--template', 'the JobTemplate that it was submitted with, as JSON: what run --template takes');
  finish(command, info);
}

async function info(command: Command): Promise<undefined> {
  const { common, colors, signal, open } = commandContext(command);
  const { template } = command.opts<{ readonly template?: true }>();
  await using tracker = await open();
  const ids = idsNamed(command.args, tracker);
  if (template) {
    for (const id of ids)
      print(JSON.stringify(await tracker.jobTemplate(id, { signal }), undefined, common.json ? 0 : 2));
    return undefined;
  }
  const infos: JobInfo[] = [];
  for (const id of ids) infos.push(await tracker.jobInfo(id, { signal }));
  if (common.json) printJson(infos);
  else print(infos.map((each) => infoLines(each, colors.bold).join('\n')).join('\n\n'));
  return undefined;
}

/** Names of DRMAA2's, in its order, then the extensions; what is not known is left out. */
function infoLines(info: JobInfo, bold: (text: string) => string): readonly string[] {
  const { extensionList, wallclockTime, cpuTime, allocatedMachines, ...rest } = info;
  const rows: readonly (readonly [string, string])[] = [
    ...Object.entries(rest).map(([name, value]) => [name, String(value)] as const),
    ['allocatedMachines', allocatedMachines.join(', ')],
    ['wallclockTime', wallclockTime === undefined ? '' : durationText(wallclockTime * 1_000)],
    ['cpuTime', cpuTime === undefined ? '' : durationText(cpuTime * 1_000)],
    ...Object.entries(extensionList),
  ];
  const told = rows.filter(([, value]) => value !== '');
  const width = Math.max(...told.map(([name]) => name.length)) + 2;
  return told.map(([name, value]) => {
    // The end of the output has lines of its own.
    const lines = value.replace(/\n$/, '').split('\n').map(plainText);
    return bold(name.padEnd(width)) + lines.join(`\n${' '.repeat(width)}`);
  });
}
