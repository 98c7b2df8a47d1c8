import { EngineHttpError, type ContainerInspect, type Engine } from '@docker-tracker/engine-client';
import type { DockerTracker, JobSnapshot, JobTransition } from '@docker-tracker/tracker';
import { filter, firstValueFrom, map, switchMap, timeout } from 'rxjs';

/** What a snapshot has to say about a container, judged from the engine's answers alone. */
export type Expected = {
  readonly state: JobSnapshot['state'];
  readonly containerName: string;
  readonly exitStatus: number | undefined;
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
};

const NEVER = '0001-';

export async function expectedOf(engine: Engine, id: string): Promise<Expected> {
  const container = await engine.containers.inspect(id);
  const { State, Name } = container;
  const ended = State.Status === 'exited' || State.Status === 'dead';
  return {
    state: await stateOf(engine, container),
    containerName: Name.slice(1),
    exitStatus: ended ? State.ExitCode : undefined,
    startedAt: State.StartedAt.startsWith(NEVER) ? undefined : State.StartedAt,
    finishedAt: ended ? State.FinishedAt : undefined,
  };
}

async function stateOf(engine: Engine, { Id, Name, State, Config }: ContainerInspect): Promise<Expected['state']> {
  switch (State.Status) {
    case 'created':
      if (State.Error !== '' || State.ExitCode !== 0) return 'Failed';
      return Config.Labels.drmaa2_dispatch === undefined ? 'Undetermined' : queued(Name);
    case 'running':
      return (await isStopped(engine, Id, State.Pid)) ? 'Suspended' : 'Running';
    case 'paused':
      return 'Suspended';
    case 'restarting':
      return 'Queued';
    case 'exited':
    case 'dead':
      return State.ExitCode === 0 ? 'Done' : 'Failed';
    default:
      return 'Undetermined';
  }
}

function queued(name: string): Expected['state'] {
  if (name.includes('.cancelled-')) return 'Failed';
  return name.includes('.held-') ? 'QueuedHeld' : 'Queued';
}

async function isStopped(engine: Engine, id: string, pid: number): Promise<boolean> {
  try {
    const { Processes } = await engine.containers.top(id, { psArgs: '-o pid,stat' });
    return Processes.some(([number, stat]) => number === String(pid) && stat?.startsWith('T') === true);
  } catch (error) {
    // It has ended since it was inspected: a later view shows that, and all is asked again.
    if (error instanceof EngineHttpError && error.status === 409) return false;
    throw error;
  }
}

/** Resolves when the tracker's view equals what the engine says about these jobs, and knows no others. */
export async function converged(tracker: DockerTracker, engine: Engine, ids: readonly string[]): Promise<void> {
  let last: readonly string[] = [];
  const compare = async (jobs: ReadonlyMap<string, JobSnapshot>): Promise<readonly string[]> => {
    const expected = new Map<string, Expected>();
    for (const id of ids) expected.set(id, await expectedOf(engine, id));
    return (last = differencesOf(jobs, expected));
  };
  const differences = tracker.jobs$.pipe(
    // What changes meanwhile changes the view as well.
    switchMap(compare),
    filter((found) => found.length === 0),
    timeout({ first: 20_000, with: () => Promise.reject(new Error(`not converged: ${last.join('; ')}`)) }),
  );
  await firstValueFrom(differences);
}

function differencesOf(
  jobs: ReadonlyMap<string, JobSnapshot>,
  expected: ReadonlyMap<string, Expected>,
): readonly string[] {
  const strangers = [...jobs.keys()].filter((id) => !expected.has(id)).map((id) => `${id} is not expected`);
  const others = [...expected].flatMap(([id, facts]) => {
    const job = jobs.get(id);
    const seen = job && {
      state: job.state,
      containerName: job.containerName,
      exitStatus: job.exitStatus,
      startedAt: job.startedAt,
      finishedAt: job.finishedAt,
    };
    const same = seen && Object.entries(facts).every(([key, value]) => seen[key as keyof Expected] === value);
    return same ? [] : [`${id} is ${JSON.stringify(seen)} instead of ${JSON.stringify(facts)}`];
  });
  return [...strangers, ...others];
}

/** Keeps every transition from now on. */
export class TransitionLog {
  readonly all: JobTransition[] = [];

  constructor(tracker: DockerTracker) {
    tracker.transitions$.subscribe((transition) => this.all.push(transition));
  }

  of(id: string): readonly JobTransition[] {
    return this.all.filter(({ jobId }) => jobId === id);
  }

  /** The states of a job in the order told. */
  states(id: string): readonly string[] {
    return this.of(id).map(({ to }) => to);
  }

  endings(id: string): readonly JobTransition[] {
    return this.of(id).filter(({ to }) => to === 'Done' || to === 'Failed');
  }

  /** Breaks of the promise that per job each `from` is the last `to` and `at` never decreases. */
  breaks(): readonly string[] {
    const last = new Map<string, JobTransition>();
    return this.all.flatMap((next) => {
      const before = last.get(next.jobId);
      last.set(next.jobId, next);
      if (next.from === next.to) return [`${next.jobId}: ${next.from} to itself`];
      if (!before) return [];
      const wrong = [];
      if (before.to !== next.from) wrong.push(`${next.jobId}: ${before.to}, then from ${next.from}`);
      if (next.at < before.at) wrong.push(`${next.jobId}: at ${String(next.at)} after ${String(before.at)}`);
      return wrong;
    });
  }
}

/** Resolves with the first view in which the job satisfies the condition. */
export async function jobWhere(
  tracker: DockerTracker,
  id: string,
  condition: (job: JobSnapshot) => boolean,
): Promise<JobSnapshot> {
  let last: JobSnapshot | undefined;
  const found = tracker.jobs$.pipe(
    map((jobs) => (last = jobs.get(id))),
    filter((job): job is JobSnapshot => job !== undefined && condition(job)),
    timeout({ first: 60_000, with: () => Promise.reject(new Error(`job ${id} stayed ${JSON.stringify(last)}`)) }),
  );
  return firstValueFrom(found);
}
