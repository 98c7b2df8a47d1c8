import { randomBytes } from 'node:crypto';
import { Drmaa2Error, JOB_CONTROL_ACTIONS, type JobControlAction } from '@docker-tracker/drmaa2';
import { EngineHttpError } from '@docker-tracker/engine-client';
import type { JobRecord } from '../core/job/job-record.js';
import { jobStatus } from '../core/job/job-status.js';
import { DISPATCH_LABEL } from '../core/label/label-names.js';
import { suspendMode, terminateMode } from '../core/template/control-mode.js';
import { badValue } from '../core/template/refusal.js';
import { inDrmaa2Terms } from './drmaa2-failure.js';
import { templateOf } from './job-template.js';
import { requireRecord, type SessionContext } from './session-context.js';

/**
 * Asks the engine to suspend, resume or terminate a job; resolves when the view holds the effect, or something later.
 * @source DRMAA2 section 8.2.8 (control); DESIGN: SIGSTOP, SIGCONT and SIGKILL unless the job or the tracker says otherwise
 */
export async function controlJob(
  context: SessionContext,
  id: string,
  action: JobControlAction,
  signal?: AbortSignal,
): Promise<void> {
  if (!JOB_CONTROL_ACTIONS.includes(action)) throw badValue('action', action, JOB_CONTROL_ACTIONS.join(', '));
  const record = await requireRecord(context, id, signal);
  const control: Control = { context, record, signal };
  await inDrmaa2Terms(`${action} of job ${id}`, () => ACTIONS[action](control));
}

interface Control {
  readonly context: SessionContext;
  readonly record: JobRecord;
  readonly signal: AbortSignal | undefined;
}

const ACTIONS: Readonly<Record<JobControlAction, (control: Control) => Promise<void>>> = {
  suspend,
  resume,
  terminate,
  hold: (control) => Promise.reject(cannotHold(control, 'hold')),
  release: (control) => Promise.reject(cannotHold(control, 'release')),
};

async function suspend(control: Control): Promise<void> {
  const { context, record, signal } = control;
  const { engine, watch } = context;
  const { id } = record;
  if (jobStatus(record).state !== 'Running') throw illegal(control, 'suspend', 'Running');
  if (suspendMode(templateOf(record), context.choices.suspend) === 'pause') {
    await attempt(control, 'suspend', 'Running', () => engine.containers.pause(id, { signal }));
    await watch.until(id, (next) => next.freezer.value || isOver(next), signal);
  } else {
    await attempt(control, 'suspend', 'Running', () =>
      engine.containers.kill(id, { signal: 'SIGSTOP', abortSignal: signal }),
    );
    await watch.until(id, (next) => next.stopSignal.value === true || isOver(next), signal);
  }
}

async function resume(control: Control): Promise<void> {
  const { context, record, signal } = control;
  const { engine, watch } = context;
  const { id } = record;
  if (jobStatus(record).state !== 'Suspended') throw illegal(control, 'resume', 'Suspended');
  if (record.stopSignal.value === true) {
    await attempt(control, 'resume', 'Suspended', () =>
      engine.containers.kill(id, { signal: 'SIGCONT', abortSignal: signal }),
    );
    await watch.until(id, (next) => next.stopSignal.value === false || isOver(next), signal);
  }
  // A signal may have unpaused it, and another may have paused it: the engine says what is left to do.
  const { State } = await engine.containers.inspect(id, { signal });
  if (State.Paused) await attempt(control, 'resume', 'Suspended', () => unpause(control));
  await watch.until(id, (next) => !next.freezer.value || isOver(next), signal);
}

/** 500 is the engine's answer for a container that is not paused, which is what was asked for. @source engine-facts 4.2 */
async function unpause({ context, record, signal }: Control): Promise<void> {
  try {
    await context.engine.containers.unpause(record.id, { signal });
  } catch (error) {
    if (!(error instanceof EngineHttpError) || error.status !== 500) throw error;
    const { State } = await context.engine.containers.inspect(record.id, { signal });
    if (State.Paused) throw error;
  }
}

async function terminate(control: Control): Promise<void> {
  const { context, record, signal } = control;
  const { engine, watch } = context;
  const { id } = record;
  const { state } = jobStatus(record);
  if (record.removed || state === 'Done' || state === 'Failed') throw illegal(control, 'terminate', 'a job not ended');
  if (record.run.phase === 'created') return cancel(control);
  const mode = terminateMode(templateOf(record), context.choices.terminate);
  if (mode === 'stop' && state === 'Suspended') await resume(control);
  await attempt(control, 'terminate', 'a job not ended', async () => {
    // The container knows its own stop signal and timeout.
    if (mode === 'stop') await engine.containers.stop(id, { signal });
    else await engine.containers.kill(id, { signal: 'SIGKILL', abortSignal: signal });
  });
  // In restart back-off a kill ends the job without any event. @source engine-facts 3.7
  if (record.run.phase === 'restarting') await watch.ask(id, signal);
  await watch.until(id, isOver, signal);
}

/** A job that never started is cancelled: its name says so for every tracker, and nobody starts it. */
async function cancel({ context, record, signal }: Control): Promise<void> {
  const { engine, watch } = context;
  const { id } = record;
  if (record.labels[DISPATCH_LABEL] === undefined) {
    // Another program's container: its name is not ours to give a meaning to. It never ran, so nothing is lost with it.
    await engine.containers.remove(id, { v: true, signal });
    await watch.until(id, () => false, signal);
    return;
  }
  const name = `${record.name.value.split('.')[0] ?? ''}.cancelled-${randomBytes(6).toString('hex')}`;
  await engine.containers.rename(id, { name, signal });
  await watch.until(id, (next) => jobStatus(next).state === 'Failed' || next.run.phase !== 'created', signal);
}

/** The engine refuses what the view still allowed: the job's state is asked for again and named. */
async function attempt(control: Control, action: string, legal: string, call: () => Promise<unknown>): Promise<void> {
  const { context, record, signal } = control;
  try {
    await call();
  } catch (error) {
    if (!(error instanceof EngineHttpError) || (error.status !== 409 && error.status !== 404)) throw error;
    const now = (await context.watch.ask(record.id, signal)) ?? record;
    throw illegal({ ...control, record: now }, action, legal, error);
  }
}

function isOver(record: JobRecord): boolean {
  return record.run.phase === 'ended';
}

function illegal({ record }: Control, action: string, legal: string, cause?: unknown): Drmaa2Error {
  const { state, subState } = jobStatus(record);
  const now = subState === '' ? state : `${state} (${subState})`;
  return new Drmaa2Error('InvalidState', `job ${record.id} is ${now}: ${action} is for ${legal}`, { cause });
}

function cannotHold(control: Control, action: string): Drmaa2Error {
  const { record } = control;
  const { state } = jobStatus(record);
  if (state === 'Running' || state === 'Suspended') {
    return new Drmaa2Error(
      'UnsupportedOperation',
      `job ${record.id} is ${state}: Docker cannot ${action} a job that has started, suspend and resume can`,
    );
  }
  return illegal(control, action, action === 'hold' ? 'Queued (waiting)' : 'QueuedHeld');
}
