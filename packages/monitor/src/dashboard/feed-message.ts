import type { JobState, Machine } from '@docker-tracker/drmaa2';
import type { Freshness, JobSnapshot } from '@docker-tracker/tracker';

/** A state, when it began (milliseconds since 1970, the engine's clock) and its sub-state; it lasts until the next one. */
export type Span = readonly [state: JobState, fromMs: number, subState: string];

/** A job as the page shows it. */
export type JobRow = Omit<JobSnapshot, 'removed'> & { readonly spans: readonly Span[] };

/** What is new of a job: `null` for what it no longer has, and the states that follow those already told. */
export type RowChange = { readonly id: string; readonly spans?: readonly Span[] } & {
  readonly [Name in Exclude<keyof JobSnapshot, 'id' | 'removed'>]?: JobSnapshot[Name] | null;
};

/** How far the page can be trusted, and since when (milliseconds since 1970, the server's clock). */
export interface FreshnessMessage {
  readonly freshness: Freshness;
  readonly sinceMs: number;
}

/** All there is, `event: snapshot`. */
export interface SnapshotMessage extends FreshnessMessage {
  readonly jobs: readonly JobRow[];
  readonly machine?: Machine | undefined;
  readonly scope: 'jobs' | 'containers';
  /** Whether jobs can be controlled, by whoever has the token. */
  readonly control: boolean;
  /** The server's clock, milliseconds since 1970. */
  readonly nowMs: number;
}

/** What changed, `event: patch`. */
export interface PatchMessage {
  readonly added?: readonly JobRow[];
  readonly changed?: readonly RowChange[];
  readonly removed?: readonly string[];
  readonly freshness?: FreshnessMessage;
  readonly machine?: Machine;
}

/** That the server is there, `event: heartbeat`, every {@link HEARTBEAT_MS}. It has no id. */
export interface HeartbeatMessage extends FreshnessMessage {
  readonly nowMs: number;
}

/** A page that hears nothing for three of these has lost the server. */
export const HEARTBEAT_MS = 4_000;

/** Some output, a line of `/jobs/ID/output`. The last line has `end` or `error` in place of text. */
export type OutputLine =
  { readonly stream: 'stdout' | 'stderr'; readonly text: string } | { readonly end: true } | { readonly error: string };
