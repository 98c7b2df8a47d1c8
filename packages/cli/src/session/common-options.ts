import { Option, type Command } from 'commander';
import { usageError } from '../core/command-error.js';

/** The session where neither `--session` nor DOCKER_TRACKER_SESSION names one. */
export const DEFAULT_SESSION = 'default';

/** What every command takes. */
export interface CommonOptions {
  readonly session: string;
  readonly host: string | undefined;
  readonly context: string | undefined;
  readonly json: boolean;
}

/** Adds the flags to the program itself and to each command, so that they may stand before and behind its name. */
export function addCommonOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--session <name>', `the job session; default: DOCKER_TRACKER_SESSION, else "${DEFAULT_SESSION}"`),
    )
    .addOption(
      new Option('-H, --host <host>', 'the engine, such as unix:///var/run/docker.sock; default as docker has it'),
    )
    .addOption(new Option('-c, --context <name>', 'the Docker context that names the engine'))
    .addOption(new Option('--json', 'answer in JSON; what goes on answers a line each'));
}

/** The flags behind the command's name go before those in front of it, and `more` before both. */
export function commonOptions(
  command: Command,
  environment: NodeJS.ProcessEnv,
  more: Readonly<Record<string, string>> = {},
): CommonOptions {
  const given = { ...command.parent?.opts(), ...command.opts(), ...more } as Readonly<Record<string, unknown>>;
  const text = (name: string): string | undefined => (typeof given[name] === 'string' ? given[name] : undefined);
  const [host, context] = [text('host'), text('context')];
  if (host !== undefined && context !== undefined) {
    throw usageError('--host and --context were both given', 'give one of them');
  }
  const variable = environment.DOCKER_TRACKER_SESSION;
  const session = text('session') ?? (variable === '' ? undefined : variable) ?? DEFAULT_SESSION;
  return { session, host, context, json: given.json === true };
}
