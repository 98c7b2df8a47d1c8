import { Drmaa2Error, JOB_CONTROL_ACTIONS, type JobControlAction } from '@docker-tracker/drmaa2';
import { EngineHttpError } from '@docker-tracker/engine-client';
import type { JobRecord } from '../core/job/job-record.js';
import type { EventObservation } from '../core/job/observation.js';
import { SIGCONT, SIGSTOP } from '../core/job/signal-name.js';
import { countedStep } from '../core/job/dispatch-name.js';
import { jobStatus } from '../core/job/job-status.js';
import { DISPATCH_LABEL } from '../core/label/label-names.js';
import { suspendMode, terminateMode } from '../core/template/control-mode.js';
import { placeOf } from '../core/queue/place.js';
import { badValue } from '../core/template/refusal.js';
import { isOtherRun, isOver, runOf } from '../core/job/run-end.js';
import { freshName, makeStep } from '../queue/queue-step.js';
import { linkedSignal } from '../watch/cancellation.js';
import { withOwnEvent } from '../watch/own-event.js';
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

/** As {@link controlJob} does with `terminate`, for a job that has not started by its deadline: its name, and so its sub-state, says why. */
export async function cancelForDeadline(context: SessionContext, id: string, signal: AbortSignal): Promise<void> {
  const record = await requireRecord(context, id, signal);
  await inDrmaa2Terms(`deadline of job ${id}`, () => terminate({ context, record, signal, cause: 'deadline' }));
}

const START_UNDER_WAY_MS = 10_000;

interface Control {
  readonly context: SessionContext;
  readonly record: JobRecord;
  /** Why a job is cancelled, where nobody asked for it. */
  readonly cause?: 'deadline';
  readonly signal: AbortSignal | undefined;
}

const ACTIONS: Readonly<Record<JobControlAction, (control: Control) => Promise<void>>> = {
  suspend,
  resume,
  terminate,
  hold,
  release,
};

async function suspend(control: Control): Promise<void> {
  const { context, record, signal } = control;
  const { engine } = context;
  const { id } = record;
  if (jobStatus(record).state !== 'Running') throw illegal(control, 'suspend', 'Running');
  if (suspendMode(templateOf(record), context.choices.suspend) === 'pause') {
    await command(control, 'suspend', 'Running', 'pause', () => engine.containers.pause(id, { signal }));
  } else {
    await command(control, 'suspend', 'Running', SIGSTOP, () =>
      engine.containers.kill(id, { signal: 'SIGSTOP', abortSignal: signal }),
    );
  }
}

async function resume(control: Control): Promise<void> {
  const { context, record, signal } = control;
  const { engine } = context;
  const { id } = record;
  if (jobStatus(record).state !== 'Suspended') throw illegal(control, 'resume', 'Suspended');
  if (record.stopSignal.value === true) {
    await command(control, 'resume', 'Suspended', SIGCONT, () =>
      engine.containers.kill(id, { signal: 'SIGCONT', abortSignal: signal }),
    );
  }
  // A signal may have unpaused it, and another may have paused it: the engine says what is left to do.
  const { State } = await engine.containers.inspect(id, { signal });
  if (State.Paused) await command(control, 'resume', 'Suspended', 'unpause', () => unpause(control));
}

/** Gives a command and resolves when the view has folded its event: what came after that may have undone its effect already. */
async function command(
  control: Control,
  action: string,
  legal: string,
  told: 'pause' | 'unpause' | number,
  call: () => Promise<unknown>,
): Promise<void> {
  const { context, record, signal } = control;
  const { records } = context.watch;
  const isOwn = (event: EventObservation): boolean => {
    if (event.action === 'die') return true;
    if (!(typeof told === 'number' ? mayBeSignal(event, told) : event.action === told)) return false;
    const known = records.get(record.id);
    // One that looks old changed nothing: the engine's clock was set back, and the sync that this calls for tells.
    return !known || event.at >= (typeof told === 'number' ? known.stopSignal.at : known.freezer.at);
  };
  const read = (): undefined => undefined;
  const answer = await withOwnEvent(context.watch, record.id, { isOwn, read, signal }, async () =>
    (await attempt(control, action, legal, call)) === 'asked' ? ('asked' as const) : undefined,
  );
  if (answer === 'asked') return;
  // An event that contradicts an answer is not believed at once: what holds is asked for.
  if (typeof told !== 'number' && records.get(record.id)?.freezer.source === 'answer')
    await context.watch.ask(record.id, signal);
}

/** A label may hide which signal it was. */
function mayBeSignal({ action, signal }: EventObservation, expected: number): boolean {
  return action === 'kill' && (signal === undefined || signal === expected);
}

/** 500 is the engine's answer for a container that is not paused, which is what was asked for. @source engine-facts 4.2 */
async function unpause({ context, record, signal }: Control): Promise<'asked' | undefined> {
  try {
    await context.engine.containers.unpause(record.id, { signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineHttpError) || error.status !== 500) throw error;
    const { State } = await context.engine.containers.inspect(record.id, { signal });
    if (State.Paused) throw error;
    // Somebody else's unpause: no event of ours will come, so the view holds what is asked for now.
    await context.watch.ask(record.id, signal);
    return 'asked';
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
  const run = runOf(record);
  await watch.until(id, (next) => isOver(next) || isOtherRun(next, run), signal);
}

/** A job that never started is cancelled: its name says so for every tracker, and nobody starts it. */
async function cancel(control: Control): Promise<void> {
  const { context, record, signal } = control;
  const { engine, watch, queue } = context;
  const { id } = record;
  if (record.labels[DISPATCH_LABEL] === undefined) {
    // Another program's container: its name is not ours to give a meaning to. It never ran, so nothing is lost with it.
    await engine.containers.remove(id, { v: true, signal });
    await watch.until(id, () => false, signal);
    return;
  }
  // A queued one may be claimed at this very moment.
  const starting = placeOf(record) !== 'held';
  const word = control.cause === 'deadline' ? 'cancelled-deadline' : 'cancelled';
  const result = await makeStep(queue, id, freshName(record, word), signal);
  // A start that was under way may have looked the name up before: then the job runs after all.
  if (starting) await watch.ask(id, signal);
  const now = watch.records.get(id);
  if (!now || (isOver(now) && result === 'counted')) {
    if (starting) void endIfStarted(control);
    return;
  }
  // It was started, or went another step, a moment before.
  await terminate({ ...control, record: now });
}

/** For as long as a start that was under way when its job was cancelled can take. */
async function endIfStarted(control: Control): Promise<void> {
  const { context, record } = control;
  const { signal, end } = linkedSignal(context.closed, AbortSignal.timeout(START_UNDER_WAY_MS));
  try {
    const now = await context.watch.until(record.id, ({ run }) => run.phase !== 'created', signal);
    if (now?.run.phase === 'running') await terminate({ ...control, record: now, signal });
  } catch {
    // Nothing started it, or it has ended by itself.
  } finally {
    end();
  }
}

async function hold(control: Control): Promise<void> {
  if (placeOf(control.record) !== 'queued') throw cannotHold(control, 'hold');
  await moveTo(control, 'held', 'hold');
}

async function release(control: Control): Promise<void> {
  if (placeOf(control.record) !== 'held') throw cannotHold(control, 'release');
  await moveTo(control, 'queued', 'release');
}

/** A step that came too late is made again where others have led the job back to where it is legal: it is as if it were asked for then. */
async function moveTo(control: Control, place: 'held' | 'queued', action: string): Promise<void> {
  const { context, record, signal } = control;
  const { queue, watch } = context;
  const result = await makeStep(queue, record.id, freshName(record, place), signal);
  if (result === 'counted') return;
  const now = watch.records.get(record.id) ?? record;
  const isBack = placeOf(now) === placeOf(record) && countedStep(now.dispatch) !== countedStep(record.dispatch);
  if (isBack) return moveTo({ ...control, record: now }, place, action);
  throw illegal({ ...control, record: now }, action, place === 'held' ? 'Queued (waiting)' : 'QueuedHeld');
}

/** The engine refuses what the view still allowed: the job's state is asked for again and named. */
async function attempt<Value>(
  control: Control,
  action: string,
  legal: string,
  call: () => Promise<Value>,
): Promise<Value> {
  const { context, record, signal } = control;
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof EngineHttpError) || (error.status !== 409 && error.status !== 404)) throw error;
    const now = (await context.watch.ask(record.id, signal)) ?? record;
    throw illegal({ ...control, record: now }, action, legal, error);
  }
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
