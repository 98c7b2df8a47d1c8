import { Drmaa2Error } from '@docker-tracker/drmaa2';
import type { Engine } from '@docker-tracker/engine-client';
import type { JobRecord } from '../core/job/job-record.js';
import type { TemplateLabelMode } from '../core/label/template-label.js';
import type { TemplatePolicy } from '../core/policy/template-policy.js';
import { shownValue } from '../core/template/refusal.js';
import type { ImagePulls, PullMode } from '../image/image-pulls.js';
import type { SessionFiles } from '../staging/session-files.js';
import type { EngineUsage } from '../usage/engine-usage.js';
import type { QueueContext } from '../queue/queue-step.js';
import type { JobWatch } from '../watch/job-watch.js';
import { EVERY_SESSION, isOf, type WatchedSession } from '../watch/watched-session.js';
import { inDrmaa2Terms } from './drmaa2-failure.js';
import type { JobListeners } from './job-listeners.js';
import type { Notifier } from './notices.js';
import type { SessionJobs } from './session-jobs.js';

/** How a tracker submits and controls where the template does not say. */
export interface SessionChoices {
  readonly suspend: 'signal' | 'pause';
  readonly terminate: 'kill' | 'stop';
  readonly templateLabel: TemplateLabelMode;
  readonly strictExtensions: boolean;
  readonly network?: string | undefined;
  readonly pull: PullMode;
  readonly policy?: TemplatePolicy | undefined;
  readonly notifier?: Notifier | undefined;
}

/** What it takes to tell of jobs. */
export interface ReadContext {
  readonly session: WatchedSession;
  readonly engine: Engine;
  readonly watch: JobWatch;
  readonly jobs: SessionJobs;
  readonly usage: EngineUsage;
  /** Absent where nobody writes files. */
  readonly files?: Pick<SessionFiles, 'failure'>;
  /** Aborts when the tracker, or the view, is closed. */
  readonly closed: AbortSignal;
}

/** What the parts of one open session share. */
export interface SessionContext extends ReadContext {
  readonly session: string;
  readonly listeners: JobListeners;
  readonly files: SessionFiles;
  readonly choices: SessionChoices;
  readonly pulls: ImagePulls;
  readonly queue: QueueContext;
}

const CONTAINER_ID = /^[0-9a-f]{64}$/;

/**
 * The record of a job that is looked at, one that is remembered after its removal included. An id that the view does not
 * know is asked for at the engine: another process may have created it a moment ago. `undefined`: unknown, or foreign.
 */
export async function findRecord(
  context: ReadContext,
  id: string,
  signal?: AbortSignal,
): Promise<JobRecord | undefined> {
  const { watch, session } = context;
  const known = watch.records.get(id) ?? watch.records.tombstone(id);
  // Names and short ids would be accepted by the engine; a job's id is the full one.
  if (known === undefined && !CONTAINER_ID.test(id)) return undefined;
  const record = known ?? (await inDrmaa2Terms(`job ${id}`, () => watch.ask(id, signal)));
  return record && isOf(session, record) ? record : undefined;
}

/** As {@link findRecord}, for calls to which an unknown id is an error. */
export async function requireRecord(context: ReadContext, id: string, signal?: AbortSignal): Promise<JobRecord> {
  const record = await findRecord(context, id, signal);
  if (record) return record;
  throw new Drmaa2Error(
    'InvalidArgument',
    context.session === EVERY_SESSION
      ? `no job ${shownValue(id)} on this engine; a job's id is the full id of its container, see snapshot()`
      : `no job ${shownValue(id)} in session ${shownValue(context.session)}; a job's id is the full id of a container with that session's label, see listJobs()`,
  );
}

/** As {@link requireRecord}, with what only an inspect tells: asked for where it is not known yet. */
export async function describedRecord(context: ReadContext, id: string, signal?: AbortSignal): Promise<JobRecord> {
  const record = await requireRecord(context, id, signal);
  const { run, details, removed } = record;
  const told = details !== undefined && (run.phase !== 'ended' || run.finishedAt !== undefined);
  if (told || removed) return record;
  return (await inDrmaa2Terms(`job ${id}`, () => context.watch.ask(id, signal))) ?? record;
}
