import { DockerMonitor } from '@docker-tracker/monitor';
import { DockerTracker, type JobSnapshot } from '@docker-tracker/tracker';
import type { Command } from 'commander';
import { findJobs } from '../core/job-reference.js';
import { colorsFor, type Colors } from '../terminal/state-colors.js';
import { commonOptions, type CommonOptions } from './common-options.js';
import { interruption } from './interruption.js';

/** What a command works with. */
export interface CommandContext {
  readonly common: CommonOptions;
  /** Aborts at SIGINT, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** For standard output. */
  readonly colors: Colors;
  /** The session that was chosen; to be closed by the command. */
  readonly open: () => Promise<DockerTracker>;
  /** The jobs of all sessions; to be closed by the command. */
  readonly openMonitor: () => Promise<DockerMonitor>;
}

export function commandContext(command: Command): CommandContext {
  const common = commonOptions(command, process.env);
  const { session, host, context } = common;
  const signal = interruption();
  return {
    common,
    signal,
    colors: colorsFor(process.stdout, process.env),
    open: () => DockerTracker.open({ session, host, context, signal }),
    openMonitor: () => DockerMonitor.open({ host, context, signal }),
  };
}

/** What both a session and a monitor show. */
interface ShownJobs {
  readonly session?: string;
  snapshot(): ReadonlyMap<string, JobSnapshot>;
}

/** The ids that words name, each once, in the order of the words; an array stands for its tasks. */
export function idsNamed(words: readonly string[], shown: ShownJobs): readonly string[] {
  const jobs = shown.snapshot();
  return [...new Set(words.flatMap((word) => findJobs(word, jobs, shown.session).ids))];
}

/** Rejects with the interruption; until then what was begun goes on, and is then ended. */
export function untilInterrupted(signal: AbortSignal, end: () => void): Promise<never> {
  return new Promise<never>((_, reject) => {
    const interrupted = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) interrupted();
    else signal.addEventListener('abort', interrupted, { once: true });
  }).finally(end);
}
