import { DashboardServer } from '@docker-tracker/monitor/dashboard';
import type { Command } from 'commander';
import { usageError } from '../core/command-error.js';
import type { Finish } from '../session/add-command.js';
import { commandContext, untilInterrupted } from '../session/command-context.js';
import { print, printJson } from '../terminal/streams.js';

export function addDashboard(program: Command, finish: Finish): void {
  const command = program
    .command('dashboard')
    .summary('serve a page with the live jobs of all sessions')
    .description(
      `Serves a page with the live jobs of all sessions, prints its URL, and goes on until it is interrupted. Read-only unless --control is
given: then the URL has a token, and whoever has that can control jobs.`,
    )
    .option('--control', 'let the page control jobs')
    .option(
      '--address <address>',
      'where to listen; on any other than the default, everybody who reaches it can read along',
      '127.0.0.1',
    )
    .option('--port <port>', 'from 0 to 65535; 0: a free one', '0');
  finish(command, dashboard);
}

async function dashboard(command: Command): Promise<undefined> {
  const { common, signal, openMonitor } = commandContext(command);
  const options = command.opts<{ readonly control?: true; readonly address: string; readonly port: string }>();
  if (!/^\d{1,5}$/.test(options.port))
    throw usageError(
      `--port: ${JSON.stringify(options.port)} is no port`,
      'give a number from 0 to 65535; 0 takes a free one',
    );
  await using monitor = await openMonitor();
  const { control, address: host } = options;
  await using server = await DashboardServer.listen({ monitor, control, host, port: Number(options.port) });
  if (common.json) printJson({ url: server.url });
  else print(server.url);
  await untilInterrupted(signal, () => undefined);
  return undefined;
}
