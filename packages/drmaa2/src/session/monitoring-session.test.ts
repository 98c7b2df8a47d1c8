import { describe, expect, it } from 'vitest';
import { Drmaa2Error } from '../drmaa2-error.js';
import { jobMatches } from '../job-filter.js';
import type { JobInfo } from '../job-info.js';
import type { OpenMonitorer } from './monitoring-session.js';
import { SessionManager } from './session-manager.js';
import { MemoryDrms } from './test-support/memory-drms.test.support.js';

const SLEEP = { remoteCommand: 'sleep' };

/** Looks at all jobs of the memory, and writes down which sessions are open. */
class MemoryMonitorer implements OpenMonitorer {
  readonly sessions = new Set<string>();
  readonly #drms: MemoryDrms;
  isClosed = false;

  constructor(drms: MemoryDrms) {
    this.#drms = drms;
  }

  async openMonitoringSession(name: string): Promise<void> {
    this.sessions.add(name);
  }

  async closeMonitoringSession(name: string): Promise<void> {
    this.sessions.delete(name);
  }

  async getAllJobIds(filter?: Parameters<OpenMonitorer['getAllJobIds']>[0]): Promise<readonly string[]> {
    return [...this.#drms.jobs.keys()].filter((id) => jobMatches(this.#info(id), filter));
  }

  async getAllQueueNames(names?: readonly string[]): Promise<readonly string[]> {
    return ['short', 'long'].filter((name) => names?.includes(name) !== false);
  }

  async getAllMachines(): Promise<readonly never[]> {
    return [];
  }

  async jobInfoFromMonitor(id: string): Promise<JobInfo> {
    return this.#info(id);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  #info(id: string): JobInfo {
    const job = this.#drms.jobs.get(id);
    if (!job) throw new Drmaa2Error('InvalidArgument', `there is no job ${id}`);
    const { state } = job;
    return { id, state, subState: '', allocatedMachines: [], jobOwner: '', slots: 1, extensionList: {} };
  }
}

describe('a monitoring session', () => {
  it('looks at the jobs of all sessions, those that match a filter, and at queues and machines', async () => {
    const drms = new MemoryDrms();
    const contacts: string[] = [];
    const manager = new SessionManager(drms, {
      openMonitorer: async (contact) => {
        contacts.push(contact);
        return new MemoryMonitorer(drms);
      },
    });
    const here = await (await manager.createJobSession('a')).runJob(SLEEP);
    const there = await (await manager.createJobSession('b')).runJob(SLEEP);
    drms.move(there.id, 0);
    const session = await manager.openMonitoringSession('there');
    expect((await session.getAllJobs()).map(({ id }) => id)).toEqual([here.id, there.id]);
    const [done] = await session.getAllJobs({ state: 'Done' });
    expect(done?.id).toBe(there.id);
    expect(await done?.getState()).toEqual({ state: 'Done', subState: '' });
    expect(await done?.getJobInfo()).toMatchObject({ id: there.id });
    expect(await session.getAllQueues()).toEqual([{ name: 'short' }, { name: 'long' }]);
    expect(await session.getAllQueues(['long', 'absent'])).toEqual([{ name: 'long' }]);
    expect(await session.getAllMachines()).toEqual([]);
    await expect(session.getAllReservations()).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    expect(contacts).toEqual(['there']);
  });

  it('answers InvalidSession once it is closed, by itself or with its manager, and closes its monitorer', async () => {
    const drms = new MemoryDrms();
    const monitorers: MemoryMonitorer[] = [];
    const manager = new SessionManager(drms, {
      openMonitorer: async () => {
        monitorers.push(new MemoryMonitorer(drms));
        return monitorers.at(-1)!;
      },
    });
    await (await manager.createJobSession('a')).runJob(SLEEP);
    const sessions = [await manager.openMonitoringSession(), await manager.openMonitoringSession()] as const;
    expect(monitorers.map(({ sessions: open }) => open.size)).toEqual([1, 1]);
    const [job] = await sessions[0].getAllJobs();
    await manager.closeMonitoringSession(sessions[0]);
    expect(monitorers.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    await manager.close();
    expect(monitorers.map(({ sessions: open, isClosed }) => [open.size, isClosed])).toEqual(Array(2).fill([0, true]));
    for (const session of sessions) {
      const calls = [
        () => session.getAllJobs(),
        () => session.getAllQueues(),
        () => session.getAllMachines(),
        () => session.close(),
        () => manager.closeMonitoringSession(session),
        () => manager.openMonitoringSession(),
        () => job!.getState(),
        () => job!.getJobInfo(),
      ];
      for (const call of calls) await expect(call(), call.toString()).rejects.toMatchObject({ code: 'InvalidSession' });
    }
  });

  it('is refused by a manager that has nothing to look through, and left closed where it cannot be opened', async () => {
    const drms = new MemoryDrms();
    await expect(new SessionManager(drms).openMonitoringSession()).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    });
    const monitorer = new MemoryMonitorer(drms);
    const failure = new Drmaa2Error('DrmCommunication', 'nobody answers');
    monitorer.openMonitoringSession = () => Promise.reject(failure);
    const manager = new SessionManager(drms, { openMonitorer: () => Promise.resolve(monitorer) });
    await expect(manager.openMonitoringSession()).rejects.toBe(failure);
    expect(monitorer.isClosed).toBe(true);
    const late = new MemoryMonitorer(drms);
    const closing: SessionManager = new SessionManager(drms, {
      openMonitorer: async () => {
        await closing.close();
        return late;
      },
    });
    await expect(closing.openMonitoringSession()).rejects.toMatchObject({ code: 'InvalidSession' });
    expect([late.isClosed, late.sessions.size]).toEqual([true, 0]);
  });
});
