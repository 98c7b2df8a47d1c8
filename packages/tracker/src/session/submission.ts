import { randomBytes } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import type { JobTemplate } from '@docker-tracker/drmaa2';
import {
  EngineHttpError,
  type ContainerCreateBody,
  type ContainerInspect,
  type Engine,
} from '@docker-tracker/engine-client';
import {
  ARRAY_COUNT_LABEL,
  ARRAY_KEY_LABEL,
  DISPATCH_LABEL,
  FILES_LABEL,
  INPUT_LABEL,
  MAX_PARALLEL_LABEL,
  SUBMISSION_MACHINE_LABEL,
  TASK_ID_LABEL,
} from '../core/label/label-names.js';
import { encodeInputHolder } from '../core/label/input-label.js';
import { parseTimestamp } from '../core/job/timestamp.js';
import { taskName } from '../core/queue/place.js';
import { readTime, ZERO_TIME } from '../core/template/attribute-time.js';
import { containerName } from '../core/template/container-name.js';
import { createBody } from '../core/template/create-body.js';
import { encodeFilePlan, filePlan } from '../core/template/file-plan.js';
import { asksOfHost, type EngineHost } from '../core/template/host-share.js';
import { badValue } from '../core/template/refusal.js';
import { replacePlaceholders } from '../core/template/placeholders.js';
import { stagedFiles } from '../core/template/stage-in.js';
import { jobImage } from '../image/job-image.js';
import { thisProcess } from '../output/process-name.js';
import { JobFiles } from '../staging/job-files.js';
import { abortable } from '../watch/cancellation.js';
import { createContainer, type Creation } from './container-creation.js';
import { drmaa2Failure, inDrmaa2Terms } from './drmaa2-failure.js';
import type { SessionContext } from './session-context.js';
import { discard, mayHaveBeenDone } from './taking-back.js';

/** Which task of which array a job is. */
export interface TaskPlace {
  readonly arrayKey: string;
  readonly index: number;
  readonly count: number;
  /** Most tasks at once; 0: all. */
  readonly maxParallel: number;
}

/**
 * Creates and starts one job; resolves when the view holds its start. Everything that the template asks for is checked
 * before anything is created, and what cannot be started, or is aborted on the way, is removed again.
 */
export async function submitJob(
  context: SessionContext,
  given: JobTemplate,
  options: { readonly signal?: AbortSignal | undefined; readonly task?: TaskPlace | undefined } = {},
): Promise<string> {
  const { signal, task } = options;
  const places = { home: homedir(), workingDirectory: process.cwd(), index: task?.index };
  const template = replacePlaceholders(given, places);
  signal?.throwIfAborted();
  const nonce = randomBytes(8).toString('hex');
  const prepared = { nonce, task, imageStopSignal: undefined, engineHost: undefined };
  // Twice: a template that is wrong is refused without asking the engine, and the image's stop signal is known only then.
  bodyOf(context, template, prepared);
  checkDeadline(context, template);
  const { Config } = await jobImage(context, template, signal);
  const body = bodyOf(context, template, {
    ...prepared,
    imageStopSignal: Config.StopSignal,
    engineHost: await engineHostOf(context, template, signal),
  });
  const files = await JobFiles.prepare({
    plan: filePlan(template, process.cwd()),
    copies: stagedFiles(template.stageInFiles ?? {}, process.cwd()).filter(({ kind }) => kind === 'copy'),
    job: nonce,
    isOver: (job) => context.files.isOver(job),
    signal,
  });
  const place = task ? 'new' : firstPlace(context, template);
  const name =
    place === undefined ? containerName(template.jobName) : `${queueName(template, nonce, task)}.${place}-${nonce}`;
  try {
    return await createAndStart(context, { template, body, files, nonce, name, queued: place !== undefined, signal });
  } catch (error) {
    await files?.abandon();
    throw error;
  }
}

/** Judged by the engine's clock, as it is kept. */
function checkDeadline({ watch }: SessionContext, template: JobTemplate): void {
  const text = readTime('deadlineTime', template.deadlineTime ?? ZERO_TIME);
  const deadline = parseTimestamp(text);
  if (deadline !== undefined && deadline <= watch.engineNow) throw badValue('deadlineTime', text, 'a time to come');
}

/** Where a job begins that is not started at once. */
function firstPlace({ watch }: SessionContext, template: JobTemplate): 'held' | 'queued' | undefined {
  if (template.submitAsHold === true) return 'held';
  const startTime = parseTimestamp(readTime('startTime', template.startTime ?? ZERO_TIME));
  return startTime !== undefined && startTime > watch.engineNow ? 'queued' : undefined;
}

function queueName(template: JobTemplate, nonce: string, task: TaskPlace | undefined): string {
  if (task) return taskName(task.arrayKey, task.index);
  return containerName(template.jobName) ?? `job-${nonce}`;
}

interface Prepared {
  readonly nonce: string;
  readonly task: TaskPlace | undefined;
  readonly imageStopSignal: string | undefined;
  readonly engineHost: EngineHost | undefined;
}

function bodyOf(
  { session, choices, queue }: SessionContext,
  template: JobTemplate,
  prepared: Prepared,
): ContainerCreateBody {
  const { nonce, task, imageStopSignal, engineHost } = prepared;
  const plan = filePlan(template, process.cwd());
  const files = encodeFilePlan(plan);
  return createBody(template, {
    session,
    workingDirectoryOfProcess: process.cwd(),
    templateLabel: choices.templateLabel,
    strictExtensions: choices.strictExtensions,
    notifies: choices.notifier !== undefined,
    defaultNetwork: choices.network,
    policy: choices.policy,
    imageStopSignal,
    engineHost,
    labels: {
      [DISPATCH_LABEL]: nonce,
      [SUBMISSION_MACHINE_LABEL]: hostname(),
      ...(files !== undefined && { [FILES_LABEL]: files }),
      ...(plan.input !== undefined && {
        [INPUT_LABEL]: encodeInputHolder({ tracker: queue.key, ...thisProcess() }),
      }),
      ...(task && {
        [ARRAY_KEY_LABEL]: task.arrayKey,
        [TASK_ID_LABEL]: String(task.index),
        [ARRAY_COUNT_LABEL]: String(task.count),
        ...(task.maxParallel > 0 && { [MAX_PARALLEL_LABEL]: String(task.maxParallel) }),
      }),
    },
    // The id of a container is not known before it is created: the tasks of an array have its key in common.
    ...(task && { environment: { TASK_ID: String(task.index), JOB_ID: task.arrayKey } }),
  });
}

/** Asked only where the template has to be compared with it. */
async function engineHostOf(
  { engine }: SessionContext,
  template: JobTemplate,
  signal?: AbortSignal,
): Promise<EngineHost | undefined> {
  if (!asksOfHost(template)) return undefined;
  const { NCPU, MemTotal } = await inDrmaa2Terms('addJob', () => engine.info({ signal }));
  return { cpus: NCPU, memoryBytes: MemTotal };
}

interface Submission extends Creation {
  readonly files: JobFiles | undefined;
  /** It waits in the queue: whoever dispatches starts it. */
  readonly queued: boolean;
}

async function createAndStart(context: SessionContext, submission: Submission): Promise<string> {
  const { engine, watch, queue } = context;
  const { body, files, name, queued, signal } = submission;
  const id = await createContainer(context, submission);
  try {
    // Before a queued job can be started by anybody, its files are connected and its end will be told.
    await files?.connect(engine, watch, id, signal);
    const tellExit = body.HostConfig?.AutoRemove === true ? await armWait(context, id, signal) : undefined;
    if (!queued) await start(context, id, signal);
    tellExit?.();
    await watch.until(id, ({ run }) => run.phase !== 'unknown' && (queued || run.phase !== 'created'), signal);
    if (queued && name !== undefined) queue.names.keep(id, name);
    if (files) context.files.follow(id, files);
    return id;
  } catch (error) {
    // First: once the job is forgotten its files count as whole.
    await files?.abandon();
    await discard(context, id);
    throw drmaa2Failure(error, 'addJob');
  }
}

/**
 * With AutoRemove the container may be gone before its end could be read, so the engine is asked to tell the exit code
 * before the start: the head of the answer is the proof that it will. @source engine-facts 3.4
 *
 * @returns to be called once it has started: a start that fails makes the engine remove it as well, with a code that is no job's.
 */
async function armWait(
  { engine, watch, closed }: SessionContext,
  id: string,
  signal?: AbortSignal,
): Promise<() => void> {
  const armed = await abortable(engine.containers.wait(id, { condition: 'next-exit', signal: closed }), signal);
  // A broken connection tells nothing; the events do, or the job is lost and says so.
  const exited = armed.exited.catch(() => undefined);
  return () => {
    void exited.then((exit) => {
      if (exit && exit.Error === undefined) watch.foldExited(id, exit.StatusCode);
    });
  };
}

/** A start is never repeated blindly: on an ended container it would run the job again. */
async function start({ engine }: SessionContext, id: string, signal?: AbortSignal): Promise<void> {
  try {
    await engine.containers.start(id, { signal });
  } catch (error) {
    if (!mayHaveBeenDone(error)) throw error;
    const container = await inspectIfThere(engine, id, signal);
    // Only a job that has begun is removed by itself: its end is told by the wait.
    if (!container) return;
    const { State } = container;
    const untouched = State.Status === 'created' && State.StartedAt.startsWith('0001-') && State.Error === '';
    if (State.Error !== '') throw error;
    if (untouched) await engine.containers.start(id, { signal });
  }
}

async function inspectIfThere(engine: Engine, id: string, signal?: AbortSignal): Promise<ContainerInspect | undefined> {
  try {
    return await engine.containers.inspect(id, { signal });
  } catch (error) {
    if (error instanceof EngineHttpError && error.status === 404) return undefined;
    throw error;
  }
}
