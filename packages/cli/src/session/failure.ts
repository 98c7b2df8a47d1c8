import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { EngineError, EngineHttpError, EngineUnreachableError } from '@docker-tracker/engine-client';
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
    const { cause } = error;
    const lines = cause instanceof EngineUnreachableError ? unreachable(cause) : undefined;
    return {
      lines: lines ?? withAdvice(error.message, adviceFor(error)),
      exitCode: exitCodeOf(error, ownFailure),
    };
  }
  if (error instanceof EngineUnreachableError) return { lines: unreachable(error), exitCode: ownFailure };
  if (error instanceof EngineError)
    return { lines: withAdvice(error.message, ADVICE.DrmCommunication), exitCode: ownFailure };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { lines: withAdvice(text, 'this is a defect of docker-tracker: please report it'), exitCode: ownFailure };
}

const ADVICE: Partial<Record<Drmaa2Error['code'], string>> = {
  DrmCommunication: '--host, --context or DOCKER_HOST say where an engine is',
  InvalidState: 'docker-tracker ps --all shows the state that it is in',
  UnsupportedAttribute: 'leave it out, or see docs/extensions.md, which lists what is carried out',
  Internal: "the engine's own log says more",
  Timeout: 'try again, or give it more time',
  TryLater: 'try again later',
};

/** What failed inside is the engine only where the engine says so. */
function adviceFor({ code, cause }: Drmaa2Error): string | undefined {
  return code === 'Internal' && !(cause instanceof EngineError) ? undefined : ADVICE[code];
}

/** Which call it was tells nobody anything. The client says what to do where it is known, and knows nothing of our flags. */
function unreachable({ message, request }: EngineUnreachableError): readonly string[] {
  const words = request === undefined ? message : message.replace(`${request.method} ${request.path}: `, '');
  const advised = words.includes('DOCKER_HOST');
  return withAdvice(
    words,
    advised ? '--host and --context choose another engine, too' : `is the engine running? ${ADVICE.DrmCommunication}`,
  );
}

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
