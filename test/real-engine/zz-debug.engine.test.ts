import { it } from 'vitest';
import { jobWhere, TransitionLog } from './convergence.js';
import { eventSeen } from './onlooker.js';
import { Rig } from './rig.js';
it('order', async () => {
    await using rig = await Rig.open();
    const { tracker, engine } = rig;
    const log = new TransitionLog(tracker);
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
    const ring: string[] = [];
    const info = await engine.info();
    for (const id of ids) {
      const states = log.states(id);
      if (states.length === 21) { console.log('ok'); continue; }
      console.log(log.of(id).map((t) => `${t.at} ${t.from}->${t.to} ${t.cause} ${t.job.subState}`).join('\n'));
      for await (const e of engine.events({ since: '0', until: String(Math.floor(Date.now()/1000)), filters: { container: [id] } })) ring.push(`${e.timeNano} ${e.action} ${e.attributes['signal'] ?? ''}`);
      console.log(ring.join('\n'));
      break;
    }
});
it('backoff', async () => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    const id = await rig.tracker.addJob(rig.sh('exit 4', { extensionList: { restart: 'always' } }));
    console.log('added');
    await eventSeen(rig.engine, { action: 'die', id, count: 5 });
    console.log('5 dies', log.states(id));
    await jobWhere(rig.tracker, id, ({ state }) => state === 'Queued');
    console.log('queued', (await rig.inspect(id)).State);
    await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
    console.log('killed', (await rig.inspect(id)).State);
    await rig.tracker.wait(id, ['Failed'], {timeoutMs: 5000}).catch((e) => console.log(e.message));
    console.log((await rig.inspect(id)).State, log.states(id));
}, 30_000);
