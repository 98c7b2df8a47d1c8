import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { EngineError, EngineHttpError } from '@docker-tracker/engine-client';
import { CommanderError } from 'commander';
import { CommandError, EXIT } from '../core/command-error.js';
import { Interruption } from './interruption.js';

/** What is told of a failure, and what the command ends with. */
export interface ToldFailure {
  /** Empty: it was told already, or there is nothing to say. */
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** @param ownFailure - what the command ends with where nothing says otherwise: 125 where the exit status is a job's. */
export function tellFailure(error: unknown, ownFailure: number): ToldFailure {
  // Tells its own lines, and help and version are none.
  if (error instanceof CommanderError) {
    return { lines: [], exitCode: error.exitCode === 0 ? 0 : usageCode(ownFailure) };
  }
  if (error instanceof Interruption) return { lines: [], exitCode: error.exitCode };
  if (error instanceof CommandError) {
    const exitCode = error.exitCode === EXIT.usage ? usageCode(ownFailure) : error.exitCode;
    return {
      lines: withAdvice(error.message, error.advice),
      exitCode: exitCode === EXIT.refused ? ownFailure : exitCode,
    };
  }
  if (error instanceof Drmaa2Error) {
    return { lines: withAdvice(error.message, ADVICE[error.code]), exitCode: exitCodeOf(error, ownFailure) };
  }
  if (error instanceof EngineError)
    return { lines: withAdvice(error.message, ADVICE.DrmCommunication), exitCode: ownFailure };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { lines: withAdvice(text, 'this is a defect of docker-tracker: please report it'), exitCode: ownFailure };
}

const ADVICE: Partial<Record<Drmaa2Error['code'], string>> = {
  DrmCommunication: 'is the engine running? --host, --context or DOCKER_HOST say where it is',
  InvalidState: 'docker-tracker ps --all shows the state that it is in',
  UnsupportedAttribute: 'docs/extensions.md lists what is carried out',
  Timeout: 'try again, or give it more time',
  TryLater: 'try again later',
};

function withAdvice(message: string, advice: string | undefined): readonly string[] {
  return advice === undefined ? [`docker-tracker: ${message}`] : [`docker-tracker: ${message}`, `  ${advice}`];
}

function usageCode(ownFailure: number): number {
  return ownFailure === EXIT.ownFailure ? ownFailure : EXIT.usage;
}

/** A command that could not be started ends as docker's own `run` does. @source docker/cli cli/command/container/run.go, runStartContainerErr */
function exitCodeOf(error: Drmaa2Error, ownFailure: number): number {
  if (error.code === 'Timeout' && !(error.cause instanceof EngineError)) return EXIT.timeout;
  if (ownFailure !== EXIT.ownFailure || !(error.cause instanceof EngineHttpError)) return ownFailure;
  const words = error.cause.engineMessage;
  if (/executable file not found|no such file or directory|system cannot find the file/.test(words))
    return EXIT.notFound;
  return /permission denied|is a directory/.test(words) ? EXIT.notInvocable : ownFailure;
}
