import type { Machine } from '@docker-tracker/drmaa2';
import type { Command } from 'commander';
import { byteText } from '../core/byte-text.js';
import { plainText } from '../core/plain-text.js';
import type { Finish } from '../session/add-command.js';
import { commandContext } from '../session/command-context.js';
import { print, printJson } from '../terminal/streams.js';
import { tableLines, type Column } from '../terminal/table.js';

export function addMachines(program: Command, finish: Finish): void {
  const command = program
    .command('machines')
    .summary("show the engine's machine")
    .description(
      "Shows the engine's machine as DRMAA2 has it; in JSON a list of one, memory in KiB. What the engine does not tell is left out.",
    );
  finish(command, machines);
}

const COLUMNS: readonly Column<Machine>[] = [
  { head: 'NAME', dropped: 0, cell: ({ name }) => plainText(name) },
  { head: 'AVAILABLE', dropped: 0, cell: ({ available }) => (available ? 'yes' : 'no') },
  { head: 'LOAD', dropped: 1, align: 'right', cell: ({ load }) => load?.toFixed(2) ?? '' },
  { head: 'SOCKETS', dropped: 4, align: 'right', cell: ({ sockets }) => String(sockets ?? '') },
  { head: 'CORES', dropped: 4, align: 'right', cell: ({ coresPerSocket }) => String(coresPerSocket ?? '') },
  { head: 'THREADS', dropped: 4, align: 'right', cell: ({ threadsPerCore }) => String(threadsPerCore ?? '') },
  { head: 'MEMORY', dropped: 1, align: 'right', cell: ({ physMemory }) => byteText(physMemory * 1024) },
  { head: 'ARCH', dropped: 2, cell: ({ machineArch }) => machineArch },
  {
    head: 'OS',
    dropped: 3,
    cell: ({ machineOs, machineOsVersion: { major, minor } }) => plainText(`${machineOs} ${major}.${minor}`),
  },
];

async function machines(command: Command): Promise<undefined> {
  const { common, colors, signal, openMonitor } = commandContext(command);
  await using monitor = await openMonitor();
  const found = await monitor.getAllMachines(undefined, { signal });
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  if (common.json) printJson(found);
  else for (const line of tableLines(found, COLUMNS, { width, paintHead: colors.bold })) print(line);
  return undefined;
}
