import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { freshnessIs } from './onlooker.js';
import { endsOnSignal, engineHost, Rig } from './rig.js';
import { SubmittingProcess } from './submitting-process.js';

const rm = { extensionList: { rm: 'true' } };

describe('a job with rm whose container is gone', () => {
  it('is answered for none the less: wait, jobState and jobInfo, to the nanosecond', async () => {
    await using rig = await Rig.open();
    const id = await rig.waiter(5, { ...rm, queueName: 'nightly' });
    const { Created, State } = await rig.inspect(id);
    const removed = lastValueFrom(rig.tracker.job$(id));
    await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
    expect(await removed).toMatchObject({ id, removed: true });
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ id, exitStatus: 5 });
    expect(await rig.tracker.wait(id, ['Done', 'Failed'], { timeoutMs: 0 })).toMatchObject({ exitStatus: 5 });
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Failed', subState: 'removed' });
    const info = await rig.tracker.jobInfo(id);
    expect(info).toMatchObject({ id, state: 'Failed', exitStatus: 5, queueName: 'nightly' });
    expect([info.submissionTime, info.dispatchTime]).toEqual([Created, State.StartedAt]);
    expect(info.finishTime).toMatch(/\.\d{1,9}Z$/);
    expect(info.wallclockTime).toBeGreaterThan(0);
    await expect(rig.tracker.wait(id, ['Running'])).rejects.toMatchObject({ code: 'InvalidState' });
    await expect(rig.tracker.jobControl(id, 'terminate')).rejects.toMatchObject({ code: 'InvalidState' });
    expect([rig.tracker.listJobs(), rig.tracker.snapshot().size]).toEqual([[], 0]);
  });

  it('while the tracker had no connection is lost and says so, and its file holds what had come', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
    const folder = await rig.folder();
    const outputPath = join(folder, 'out');
    const id = await rig.tracker.addJob(rig.sh(endsOnSignal(0), { ...rm, outputPath }));
    for await (const { data } of rig.tracker.output(id, { follow: true })) {
      if (data.toString().includes('ready')) break;
    }
    const failure = firstValueFrom(rig.tracker.fileFailures$);
    const waiting = expect(rig.tracker.wait(id, ['Done'])).rejects.toMatchObject({
      code: 'InvalidState',
      job: { id, subState: 'lost', removed: true },
    });
    await proxy.down();
    await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
    await rig.events.seen({ action: 'destroy', id });
    await forgotten(rig);
    await proxy.up();
    await freshnessIs(rig.tracker, 'live');
    await waiting;
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Undetermined', subState: 'lost' });
    expect(await failure).toMatchObject({ jobId: id, error: { code: 'ImplementationSpecific' } });
    const { annotation, exitStatus } = await rig.tracker.jobInfo(id);
    expect(exitStatus).toBeUndefined();
    expect(annotation).toContain('the container was removed and its end was never seen');
    expect(annotation).toContain('incomplete');
    expect(['', 'ready\n']).toContain(await readFile(outputPath, 'utf8'));
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('while no tracker was open is unknown, and its file may be given to another job', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'out');
    const session = `${rig.session}-killed`;
    const submitter = await SubmittingProcess.start(session, rig.sh(endsOnSignal(0), { ...rm, outputPath }));
    await submitter.kill();
    const removal = await rig.engine.containers.wait(submitter.id, { condition: 'removed' });
    await rig.engine.containers.kill(submitter.id, { signal: 'SIGUSR1' });
    await removal.exited;
    const next = await rig.another({ session });
    await expect(next.jobInfo(submitter.id)).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(await next.jobState(submitter.id)).toEqual({ state: 'Undetermined', subState: 'unknown' });
    const id = await next.addJob(rig.template(['echo', 'anew'], { outputPath }));
    await next.wait(id, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe('anew\n');
  });
});

/** The engine remembers 256 events; what it forgot, a replay cannot tell. */
async function forgotten(rig: Rig): Promise<void> {
  const stranger = await rig.createForeign();
  for (let round = 0; round < 280; round += 1) {
    await rig.engine.containers.rename(stranger, { name: `${rig.session}-${String(round)}` });
  }
}
