import { randomBytes } from 'node:crypto';
import type { Container } from './container.js';
import { EngineFailure } from './engine-failure.js';
import { noSuchContainer } from './engine-messages.js';
import type { EngineModel } from './engine-model.js';
import { readProgram, type Output } from './program.js';

/** A command run beside the job. */
export interface Exec {
  readonly id: string;
  readonly container: Container;
  readonly words: readonly string[];
  readonly tty: boolean;
  state: 'created' | 'running' | 'ended';
  exitCode: number | null;
}

export async function createExec(
  model: EngineModel,
  container: Container,
  options: { readonly words: readonly string[]; readonly tty: boolean },
): Promise<Exec> {
  if (container.restarting) throw new EngineFailure(409, model.messages.isRestarting(container.id));
  if (!container.running) throw new EngineFailure(409, model.messages.notRunningForExec(container.id));
  if (container.paused)
    throw new EngineFailure(409, `Container ${container.id} is paused, unpause the container before exec`);
  if (options.words.length === 0) throw new EngineFailure(400, 'No exec command specified');
  const exec: Exec = { id: randomBytes(32).toString('hex'), container, ...options, state: 'created', exitCode: null };
  model.execs.set(exec.id, exec);
  container.execIds = [...container.execIds, exec.id];
  // the action contains the whole command line; without arguments a blank is left at its end
  await model.publishContainer(container, `exec_create: ${commandLine(exec)}`, { execID: exec.id });
  return exec;
}

/** Runs it to its end and says what it printed. */
export async function runExec(model: EngineModel, exec: Exec): Promise<readonly Output[]> {
  if (exec.state !== 'created') throw new EngineFailure(409, `exec command ${exec.id} has already run`);
  const program = readProgram({
    words: exec.words,
    environment: exec.container.config.Env,
    commands: model.commands,
    hasMemoryLimit: false,
  });
  exec.state = 'running';
  await model.publishContainer(exec.container, `exec_start: ${commandLine(exec)}`, { execID: exec.id });
  await endExec(model, exec, program.kind === 'ends' || program.kind === 'fails' ? program.exitCode : 0);
  return program.kind === 'ends' ? program.output : [];
}

export function findExec(model: EngineModel, id: string): Exec {
  const exec = model.execs.get(id);
  if (exec === undefined)
    throw new EngineFailure(404, model.profile.name === '20.10' ? `No such exec instance: ${id}` : noSuchContainer(id));
  return exec;
}

async function endExec(model: EngineModel, exec: Exec, exitCode: number): Promise<void> {
  exec.state = 'ended';
  exec.exitCode = exitCode;
  const { container } = exec;
  container.execIds = container.execIds.filter((id) => id !== exec.id);
  await model.publishContainer(container, 'exec_die', { execID: exec.id, exitCode: `${exitCode}` });
}

function commandLine({ words: [command = '', ...rest] }: Exec): string {
  return `${command} ${rest.join(' ')}`;
}
