import { getEventListeners } from 'node:events';
import { Drmaa2Error, JobWaitError, type JobState } from '@docker-tracker/tracker';
import { Observable } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exiting, rejection, Rig, SESSION_LABEL, sleeping } from './rig.js';

const POLICY = { extensionList: { restart: 'always' } };

interface TableRow {
  readonly docker: string;
  readonly reach: (rig: Rig) => Promise<string>;
  readonly state: JobState;
  readonly subState: string;
}

const TABLE: readonly TableRow[] = [
  { docker: 'created by somebody else', state: 'Undetermined', subState: 'created', reach: (rig) => foreign(rig) },
  { docker: 'running', state: 'Running', subState: '', reach: ({ tracker }) => tracker.addJob(sleeping()) },
  {
    docker: 'paused',
    state: 'Suspended',
    subState: 'paused',
    reach: (rig) => after(rig, (id) => rig.onlooker.containers.pause(id)),
  },
  {
    docker: 'running, stopped by SIGSTOP',
    state: 'Suspended',
    subState: 'stopped',
    reach: (rig) => after(rig, (id) => rig.tracker.jobControl(id, 'suspend')),
  },
  {
    docker: 'running again after SIGCONT',
    state: 'Running',
    subState: '',
    reach: (rig) => after(rig, (id) => stopAndContinue(rig, id)),
  },
  {
    docker: 'running and unhealthy',
    state: 'Running',
    subState: 'unhealthy',
    reach: (rig) => after(rig, (id) => rig.fake.jobs.health(id, 'unhealthy')),
  },
  {
    docker: 'running, a child was killed by the kernel',
    state: 'Running',
    subState: 'oom-event',
    reach: (rig) => after(rig, (id) => rig.fake.oom(id, { child: true })),
  },
  {
    docker: 'restarting',
    state: 'Queued',
    subState: 'restarting',
    reach: (rig) => after(rig, (id) => rig.fake.exit(id, 1), POLICY),
  },
  { docker: 'exited, 0', state: 'Done', subState: '', reach: (rig) => after(rig, (id) => rig.fake.exit(id, 0)) },
  { docker: 'exited, 3', state: 'Failed', subState: '', reach: (rig) => after(rig, (id) => rig.fake.exit(id, 3)) },
  {
    docker: 'exited, killed',
    state: 'Failed',
    subState: 'signal:SIGKILL',
    reach: (rig) => after(rig, (id) => rig.tracker.jobControl(id, 'terminate')),
  },
  {
    docker: 'exited, killed by the kernel',
    state: 'Failed',
    subState: 'oom-killed',
    reach: (rig) => after(rig, (id) => rig.fake.oom(id)),
  },
  {
    docker: 'removed after its end',
    state: 'Failed',
    subState: 'removed',
    reach: (rig) => after(rig, (id) => endAndRemove(rig, id)),
  },
  {
    docker: 'removed while it ran, nobody saw its end',
    state: 'Undetermined',
    subState: 'lost',
    reach: (rig) => after(rig, (id) => rig.fake.jobs.forget(id)),
  },
  { docker: 'no such container', state: 'Undetermined', subState: 'unknown', reach: async () => '0'.repeat(64) },
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the state table', () => {
  it.each(TABLE)('F45: $docker is $state ($subState)', async ({ reach, state, subState }) => {
    await using rig = await Rig.open({ clock: 'manual' });
    const id = await reach(rig);
    const fits = rig.tracker.job$(id);
    if (rig.job(id) !== undefined) await settled(rig, fits, state, subState);
    else if (subState !== 'unknown') await rig.tracker.wait(id, ['RequeuedHeld']).catch(() => undefined);
    expect(await rig.tracker.jobState(id)).toEqual({ state, subState });
    rig.ledger.expectUnbroken();
  });
});

describe('waiting', () => {
  it('F45: with no time at all looks once, and tells a timeout from a wrong state', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    expect(await rig.tracker.wait(id, ['Running'], { timeoutMs: 0 })).toMatchObject({ id, state: 'Running' });
    const timeout = await rejection(rig.tracker.wait(id, ['Done'], { timeoutMs: 0 }));
    expect(timeout).toBeInstanceOf(JobWaitError);
    expect(timeout).toMatchObject({ code: 'Timeout', job: { id, state: 'Running' } });
    await rig.fake.exit(id, 1);
    await rig.tracker.wait(id, ['Failed']);
    expect(await rejection(rig.tracker.wait(id, ['Done'], { timeoutMs: 0 }))).toMatchObject({ code: 'InvalidState' });
  });

  it('F45: refuses no states, unknown states, unknown jobs and bad timeouts', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(exiting(0));
    const bad = [
      rig.tracker.wait(id, []),
      rig.tracker.wait(id, ['running' as JobState]),
      rig.tracker.wait('0'.repeat(64), ['Done']),
      rig.tracker.wait(id, ['Done'], { timeoutMs: -1 }),
      rig.tracker.wait(id, ['Done'], { timeoutMs: Number.NaN }),
    ];
    for (const error of await Promise.all(bad.map(rejection))) {
      expect(error).toBeInstanceOf(Drmaa2Error);
      expect(error).toMatchObject({ code: 'InvalidArgument' });
    }
  });

  it('F45: leaves nothing behind: no subscription, no listener, no timer', async () => {
    await using rig = await Rig.open();
    const ids = await rig.submit(20);
    await rig.tracker.jobInfo(ids.at(-1) ?? '');
    const open = countSubscriptions();
    const timers = activeTimers();
    const stop = new AbortController();
    const { signal } = stop;
    const waits = ids.flatMap((id) => [
      rig.tracker.wait(id, ['Failed'], { signal, timeoutMs: 3_600_000 }),
      rejection(rig.tracker.wait(id, ['Done'], { timeoutMs: 1 })),
      rejection(rig.tracker.wait(id, ['Suspended'], { timeoutMs: 3_600_000 })),
    ]);
    const aborted = new AbortController();
    const left = ids.map((id) => rejection(rig.tracker.wait(id, ['Done'], { signal: aborted.signal })));
    aborted.abort(new Error('enough'));
    await Promise.all(left);
    for (const id of ids) await rig.fake.exit(id, 1);
    await Promise.all(waits);
    expect([open(), activeTimers() <= timers]).toEqual([0, true]);
    expect([getEventListeners(signal, 'abort').length, getEventListeners(aborted.signal, 'abort').length]).toEqual([
      0, 0,
    ]);
  });

  it('F45: is refused when the tracker is closed', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const waiting = rejection(rig.tracker.wait(id, ['Done']));
    await rig.tracker.close();
    expect(await waiting).toMatchObject({ code: 'InvalidSession' });
    expect(await rejection(rig.tracker.wait(id, ['Done']))).toMatchObject({ code: 'InvalidSession' });
  });
});

async function settled(
  rig: Rig,
  job$: ReturnType<Rig['tracker']['job$']>,
  state: string,
  subState: string,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const subscription = job$.subscribe((job) => {
      if (job.state !== state || job.subState !== subState) return;
      queueMicrotask(() => {
        subscription.unsubscribe();
      });
      resolve();
    });
  });
}

async function after(rig: Rig, act: (id: string) => Promise<unknown>, more: object = {}): Promise<string> {
  const id = await rig.tracker.addJob(sleeping(more));
  await act(id);
  return id;
}

async function foreign({ onlooker, session, tracker }: Rig): Promise<string> {
  const { Id } = await onlooker.containers.create({
    Image: 'busybox:latest',
    Cmd: ['true'],
    Labels: { [SESSION_LABEL]: session },
  });
  await tracker.jobInfo(Id);
  return Id;
}

async function stopAndContinue({ tracker, onlooker }: Rig, id: string): Promise<void> {
  await tracker.jobControl(id, 'suspend');
  await onlooker.containers.kill(id, { signal: 'SIGCONT' });
  await tracker.wait(id, ['Running']);
}

async function endAndRemove({ fake, onlooker, tracker }: Rig, id: string): Promise<void> {
  await fake.exit(id, 3);
  await tracker.wait(id, ['Failed']);
  await onlooker.containers.remove(id);
}

/** Subscriptions made from now on that are still open. */
function countSubscriptions(): () => number {
  let open = 0;
  // The method itself is wanted here, of whatever observable it is called on.
  // eslint-disable-next-line @typescript-eslint/unbound-method, @typescript-eslint/no-deprecated
  const subscribe = Observable.prototype.subscribe;
  vi.spyOn(Observable.prototype, 'subscribe').mockImplementation(function (this: Observable<unknown>, ...observer) {
    open += 1;
    const subscription = subscribe.apply(this, observer);
    subscription.add(() => {
      open -= 1;
    });
    return subscription;
  });
  return () => open;
}

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
