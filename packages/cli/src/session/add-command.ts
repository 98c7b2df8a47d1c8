import type { Command } from 'commander';

/** What a command does; the exit code is 0 unless it says otherwise. */
export type Action = (command: Command) => Promise<number | undefined>;

/** Finishes a command: the flags that all have, and what it does. */
export type Finish = (command: Command, work: Action) => Command;
