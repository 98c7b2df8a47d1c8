import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SessionManager, type JobFilter } from '@docker-tracker/drmaa2';
import { FileSessionStore } from '@docker-tracker/drmaa2/file-store';
import { DockerMonitor } from '@docker-tracker/monitor';
import { dockerDrms } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { engineHost, Rig } from './rig.js';
import { SubmittingProcess } from './submitting-process.js';

const LIMIT = { timeoutMs: 60_000 };

function managerOf(options: Partial<Parameters<typeof dockerDrms>[0]> = {}, folder?: string): SessionManager {
  const drms = dockerDrms({ host: engineHost(), network: 'none', ...options });
  return new SessionManager(drms, folder === undefined ? {} : { store: new FileSessionStore(folder) });
}

describe('job sessions on a real engine', () => {
  it('tell the engine and its version, and which optional parts of DRMAA2 are there', async () => {
    await using rig = await Rig.open();
    await using manager = managerOf();
    const { major, minor } = await manager.drmsVersion();
    expect([manager.drmsName, `${major}.${minor}`]).toEqual(['docker', (await rig.engine.version()).Version]);
    expect(manager.supports('JtStaging')).toBe(true);
    expect(manager.supports('BulkJobsMaxParallel')).toBe(true);
    expect(manager.supports('AdvanceReservation')).toBe(false);
    expect(manager.supports('JtEmail')).toBe(false);
  });

  it('run a job through all that can be done to it', async () => {
    await using rig = await Rig.open();
    await using manager = managerOf();
    const session = await manager.createJobSession(rig.session);
    expect(await session.getJobCategories()).toContain('docker-tracker/busybox:test');
    const job = await session.runJob(rig.template(['sleep', '600'], { submitAsHold: true }));
    expect((await job.getState()).state).toBe('QueuedHeld');
    const started = job.waitStarted(LIMIT);
    await job.release();
    await started;
    await job.suspend();
    expect(await job.getState()).toEqual({ state: 'Suspended', subState: 'stopped' });
    await job.resume();
    await expect(job.hold()).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    await expect(job.reap()).rejects.toMatchObject({ code: 'InvalidState' });
    const ended = session.waitAnyTerminated(await session.getJobs(), LIMIT);
    await job.terminate();
    expect((await ended).id).toBe(job.id);
    expect(await job.getJobInfo()).toMatchObject({ state: 'Failed', exitStatus: 137, terminatingSignal: 'SIGKILL' });
    expect((await job.getJobTemplate()).args).toEqual(['600']);
    await job.reap();
    expect(await job.getState()).toEqual({ state: 'Undetermined', subState: 'unknown' });
    expect(await session.getJobs()).toEqual([]);
  });

  it('give the first of several jobs that starts, and the first that ends', async () => {
    await using rig = await Rig.open();
    await using manager = managerOf();
    const session = await manager.createJobSession(rig.session);
    const held = await session.runJob(rig.template(['true'], { submitAsHold: true }));
    const long = await session.runJob(rig.template(['sleep', '600']));
    const jobs = [held, long];
    expect(await session.waitAnyStarted(jobs, LIMIT)).toBe(long);
    await expect(session.waitAnyTerminated(jobs, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'Timeout' });
    const ended = session.waitAnyTerminated(jobs, LIMIT);
    await held.release();
    expect(await ended).toBe(held);
    const idsOf = async (filter: JobFilter): Promise<readonly string[]> =>
      (await session.getJobs(filter)).map(({ id }) => id);
    expect(await idsOf({ exitStatus: 0 })).toEqual([held.id]);
    expect(await idsOf({ state: 'Running' })).toEqual([long.id]);
    expect(await idsOf({ id: long.id, state: 'Done' })).toEqual([]);
  });

  it('find an array of tasks again, and control it as one', async () => {
    await using rig = await Rig.open();
    await using manager = managerOf();
    const session = await manager.createJobSession(rig.session);
    const array = await session.runBulkJobs(rig.template(['sleep', '600']), { begin: 1, end: 3, maxParallel: 2 });
    const again = await (await manager.openJobSession(rig.session)).getJobArray(array.id);
    await session.waitAnyStarted(array.getJobs(), LIMIT);
    await again.terminate();
    await Promise.all(array.getJobs().map((job) => job.waitTerminated(LIMIT)));
    expect((await again.getJobTemplate()).remoteCommand).toBe('sleep');
    await expect(again.terminate()).rejects.toMatchObject({ code: 'InvalidState' });
    const stranger = JSON.stringify([await rig.createForeign()]);
    await expect(session.getJobArray(stranger)).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('outlive a process that is killed: the next one opens them, with all their jobs', async () => {
    await using rig = await Rig.open();
    const folder = join(await rig.folder(), 'sessions');
    await using submitting = await SubmittingProcess.startSession(folder, rig.session, rig.template(['sleep', '600']));
    const { id } = submitting;
    await submitting.kill();

    await using manager = managerOf({}, folder);
    expect(await manager.getJobSessionNames()).toEqual([rig.session]);
    await expect(manager.createJobSession(rig.session)).rejects.toMatchObject({ code: 'InvalidArgument' });
    const session = await manager.openJobSession(rig.session);
    expect(session.contact).toBe(engineHost());
    const jobs = await session.getJobs();
    expect(jobs.map((job) => job.id)).toEqual([id]);
    const [job] = jobs;
    await job?.waitStarted(LIMIT);
    await job?.terminate();
    await manager.destroyJobSession(rig.session);
    expect(await manager.getJobSessionNames()).toEqual([]);
    expect(await rig.containers()).toEqual([id]);
  });

  it('see nothing of one another, and reach another engine by its contact', async () => {
    await using rig = await Rig.open();
    await using other = await Rig.open();
    await using manager = managerOf();
    const mine = await manager.createJobSession(rig.session);
    const theirs = await manager.createJobSession(other.session, engineHost());
    const job = await mine.runJob(rig.template(['sleep', '600']));
    expect(await theirs.getJobs()).toEqual([]);
    await expect(theirs.waitAnyStarted([job])).rejects.toMatchObject({ code: 'InvalidArgument' });
    const absent = `unix:///run/${randomBytes(6).toString('hex')}.sock`;
    const name = `${rig.session}-absent`;
    await expect(manager.createJobSession(name, absent)).rejects.toMatchObject({ code: 'DrmCommunication' });
    expect(await manager.getJobSessionNames()).not.toContain(name);
  });

  it('are all seen by a monitoring session, with the machine that they run on', async () => {
    await using rig = await Rig.open();
    await using other = await Rig.open();
    await using manager = new SessionManager(dockerDrms({ host: engineHost(), network: 'none' }), {
      openMonitorer: (contact) => DockerMonitor.open({ host: contact === '' ? engineHost() : contact }),
    });
    const mine = await (await manager.createJobSession(rig.session)).runJob(rig.template(['sleep', '600']));
    const theirs = await (await manager.createJobSession(other.session)).runJob(rig.template(['sleep', '600']));
    const session = await manager.openMonitoringSession();
    const ids = (await session.getAllJobs()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([mine.id, theirs.id]));
    const [job] = await session.getAllJobs({ id: theirs.id });
    await theirs.waitStarted(LIMIT);
    await theirs.terminate();
    await theirs.waitTerminated(LIMIT);
    expect(await job?.getJobInfo()).toMatchObject({ id: theirs.id });
    expect(await session.getAllMachines()).toEqual([
      expect.objectContaining({ name: (await rig.engine.info()).Name, available: true, machineOs: 'Linux' }),
    ]);
    expect(await session.getAllQueues()).toEqual([]);
    await manager.closeMonitoringSession(session);
    await expect(job?.getState()).rejects.toMatchObject({ code: 'InvalidSession' });
  });

  it('end with InvalidSession for those who wait when their session is closed, while the job goes on', async () => {
    await using rig = await Rig.open();
    await using manager = managerOf();
    const session = await manager.createJobSession(rig.session);
    const job = await session.runJob(rig.template(['sleep', '600']));
    const waiting = expect(job.waitTerminated()).rejects.toMatchObject({ code: 'InvalidSession' });
    await manager.closeJobSession(session);
    await waiting;
    await expect(job.getState()).rejects.toMatchObject({ code: 'InvalidSession' });
    await rig.tracker.wait(job.id, ['Running'], LIMIT);
  });

  it('refuse options and names that no session can have', async () => {
    await using manager = managerOf();
    expect(() => managerOf({ suspend: 'nap' as 'pause' })).toThrow(/suspend/);
    await expect(manager.createJobSession('line\nbreak')).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(await manager.getJobSessionNames()).toEqual([]);
  });
});
