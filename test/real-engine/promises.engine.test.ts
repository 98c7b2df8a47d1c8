import type { Engine, EngineEvent } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';
import { converged, jobWhere, TransitionLog } from './convergence.js';
import { said } from './onlooker.js';
import { Rig, SESSION_LABEL } from './rig.js';

describe('promise 1: converges', () => {
  it('to what inspect and top say about jobs in every state', async () => {
    await using rig = await Rig.open();
    const { tracker, engine } = rig;
    const { containers } = engine;
    const jobs = await Promise.all([
      rig.sleeper(),
      rig.sleeper(),
      rig.sleeper(),
      rig.sleeper(),
      tracker.addJob(rig.template(['true'])),
      tracker.addJob(rig.sh('exit 3')),
      tracker.addJob(rig.template(['true'], { extensionList: { restart: 'always' } })),
      rig.create(),
    ]);
    const [stopped, paused, both, renamed] = jobs;
    await Promise.all([
      containers.kill(stopped, { signal: 'SIGSTOP' }),
      containers.pause(paused),
      containers.kill(both, { signal: 'SIGSTOP' }).then(() => containers.pause(both)),
      containers.rename(renamed, { name: `renamed-${rig.session}` }),
    ]);
    await Promise.all(jobs.slice(4, 6).map((id) => tracker.wait(id, ['Done', 'Failed'])));
    const looping = jobs[6];
    // One that goes on by itself is compared when it has come to rest; an engine refuses to update it between two runs' ends.
    await rig.events.seen({ action: 'die', id: looping, count: 5 });
    await jobWhere(tracker, looping, ({ subState }) => subState === 'restarting');
    await containers.update(looping, { RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } });
    await tracker.wait(looping, ['Done']);
    await containers.remove(jobs[4]);
    const left = jobs.filter((_, index) => index !== 4);
    await converged(tracker, engine, left);
    const later = await rig.another();
    // of a job that had ended before, a list does not tell the times; they are asked for when somebody wants them
    await Promise.all(later.listJobs().map((id) => later.jobInfo(id)));
    await converged(later, engine, left);
  });
});

describe('promise 2: no lost ending', () => {
  it.each([0, 1, 3, 126, 127, 137, 255])('exit code %i is one ending with that exit status', async (code) => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    const id = await rig.waiter(code);
    await said(rig.tracker, id, 'ready');
    await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
    const job = await rig.tracker.wait(id, ['Done', 'Failed']);
    await converged(rig.tracker, rig.engine, [id]);
    expect(job).toMatchObject({ state: code === 0 ? 'Done' : 'Failed', exitStatus: code });
    expect(log.endings(id)).toHaveLength(1);
    expect(log.endings(id)[0]?.job.exitStatus).toBe(code);
  });

  it.each([
    ['SIGKILL', 137],
    ['SIGTERM', 143],
  ] as const)('%s through the API is one ending with exit status %i', async (signal, code) => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    // the job of another first process, since the first one ignores SIGTERM
    const id = await rig.tracker.addJob(rig.sh(`trap 'exit 143' TERM; echo ready; while :; do sleep 600 & wait; done`));
    await said(rig.tracker, id, 'ready');
    await rig.engine.containers.kill(id, { signal });
    await rig.tracker.wait(id, ['Failed']);
    await converged(rig.tracker, rig.engine, [id]);
    expect(log.endings(id)).toHaveLength(1);
    expect(rig.tracker.snapshot().get(id)).toMatchObject({ exitStatus: code, terminatingSignal: signal });
  });

  it('each die of 30 short jobs at once is one ending', async () => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    const codes = Array.from({ length: 30 }, (_, index) => index % 5);
    const ids = await Promise.all(codes.map((code) => rig.tracker.addJob(rig.sh(`exit ${String(code)}`))));
    const ended = await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    await converged(rig.tracker, rig.engine, ids);
    expect(ended.map(({ exitStatus }) => exitStatus)).toEqual(codes);
    expect(ids.map((id) => log.endings(id).length)).toEqual(codes.map(() => 1));
    expect(log.breaks()).toEqual([]);
  });

  it('a die that the policy restarts is no ending, the last one is', async () => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    const id = await rig.tracker.addJob(rig.sh('exit 4', { extensionList: { restart: 'on-failure:2' } }));
    const job = await rig.tracker.wait(id, ['Done', 'Failed']);
    expect(job).toMatchObject({ state: 'Failed', exitStatus: 4 });
    await rig.events.seen({ action: 'die', id, count: 3 });
    await converged(rig.tracker, rig.engine, [id]);
    expect((await rig.inspect(id)).RestartCount).toBe(2);
    expect(log.endings(id)).toHaveLength(1);
    expect(log.states(id)).toContain('Queued');
    expect(log.breaks()).toEqual([]);
  });

  it('a kill in restart back-off, of which the engine tells no event, is seen', async () => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    const id = await rig.tracker.addJob(rig.sh('exit 4', { extensionList: { restart: 'always' } }));
    // each back-off is twice as long as the one before: the fifth lasts 1.6 s
    await rig.events.seen({ action: 'die', id, count: 5 });
    await jobWhere(rig.tracker, id, ({ state }) => state === 'Queued');
    await rig.engine.containers.kill(id);
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 4 });
    await converged(rig.tracker, rig.engine, [id]);
    expect(log.endings(id)).toHaveLength(1);
  });

  it('a job that had ended before the open is in the first view and is no ending', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.sh('exit 9'));
    await rig.tracker.wait(id, ['Failed']);
    const later = await rig.another();
    const log = new TransitionLog(later);
    expect(later.snapshot().get(id)).toMatchObject({ state: 'Failed', exitStatus: 9 });
    await later.wait(await later.addJob(rig.template(['true'])), ['Done']);
    expect(log.of(id)).toEqual([]);
  });
});

describe('promise 3: order', () => {
  it('transitions of a job form a chain in the engine’s order, and their times never decrease', async () => {
    await using rig = await Rig.open();
    const { tracker, engine } = rig;
    const log = new TransitionLog(tracker);
    const told = new AbortController();
    const events = toldBy(engine, rig.session, told.signal);
    const ids = await Promise.all(Array.from({ length: 6 }, () => rig.sleeper()));
    await Promise.all(
      ids.map(async (id) => {
        for (let round = 0; round < 4; round += 1) {
          await engine.containers.pause(id);
          await engine.containers.unpause(id);
          await engine.containers.kill(id, { signal: 'SIGSTOP' });
          await engine.containers.kill(id, { signal: 'SIGCONT' });
        }
        await engine.containers.restart(id, { t: 0 });
        await engine.containers.kill(id);
        await jobWhere(tracker, id, (job) => job.state === 'Failed');
      }),
    );
    await converged(tracker, engine, ids);
    told.abort();
    expect(log.breaks()).toEqual([]);
    for (const id of ids) {
      const states = statesOf((await events).filter((event) => event.id === id));
      expect(states.length).toBeGreaterThanOrEqual(20);
      expect(log.states(id).filter((state) => state !== 'Queued')).toEqual(states);
    }
  });
});

/** Every event of the session's containers until the signal. */
async function toldBy(engine: Engine, session: string, signal: AbortSignal): Promise<readonly EngineEvent[]> {
  const events: EngineEvent[] = [];
  const onEvent = (event: EngineEvent): void => void events.push(event);
  const filters = { type: ['container'], label: [`${SESSION_LABEL}=${session}`] };
  await engine.watchEvents({ since: '0', filters, signal, onEvent }).catch(() => undefined);
  return events;
}

/** The states that these events mean; an engine may tell one pause twice, from its API and from containerd. */
function statesOf(events: readonly EngineEvent[]): readonly string[] {
  const states: string[] = [];
  let [paused, stopped] = [false, false];
  for (const { action, attributes } of events) {
    if (action === 'start') [paused, stopped] = [false, false];
    else if (action === 'pause') paused = true;
    else if (action === 'unpause') paused = false;
    else if (action === 'kill' && attributes.signal === '19') stopped = true;
    else if (action === 'kill' && attributes.signal === '18') stopped = false;
    else if (action !== 'die') continue;
    const state = action === 'die' ? 'Failed' : paused || stopped ? 'Suspended' : 'Running';
    if (states.at(-1) !== state) states.push(state);
  }
  return states;
}
