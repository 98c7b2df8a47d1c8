import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Drmaa2Error } from '../drmaa2-error.js';
import { SessionManager } from './session-manager.js';
import { MemorySessionStore, type SessionStore } from './session-store.js';
import { MemoryDrms } from './test-support/memory-drms.test.support.js';

const SLEEP = { remoteCommand: 'sleep' };

describe('a session manager', () => {
  it('tells what runs the jobs, and which version of this package speaks', async () => {
    const manager = new SessionManager(new MemoryDrms());
    expect(manager.drmsName).toBe('memory');
    expect(await manager.drmsVersion()).toEqual({ major: '1', minor: '2' });
    expect(manager.supports('BulkJobsMaxParallel')).toBe(true);
    expect(manager.supports('AdvanceReservation')).toBe(false);
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      readonly version: string;
    };
    const { major, minor } = manager.drmaaVersion;
    expect(version).toMatch(new RegExp(`^${major}\\.${minor}\\.`));
  });

  it('creates a session once, remembers it, and opens it again with its contact', async () => {
    const drms = new MemoryDrms();
    const manager = new SessionManager(drms);
    const created = await manager.createJobSession('nightly', 'here');
    expect([created.sessionName, created.contact]).toEqual(['nightly', 'here']);
    await expect(manager.createJobSession('nightly')).rejects.toMatchObject({ code: 'InvalidArgument' });
    const opened = await manager.openJobSession('nightly');
    expect(opened.contact).toBe('here');
    expect(drms.opened).toEqual(Array(2).fill({ sessionName: 'nightly', contact: 'here' }));
  });

  it('lists names sorted, and makes one up where none is given', async () => {
    const manager = new SessionManager(new MemoryDrms());
    expect(await manager.getJobSessionNames()).toEqual([]);
    await manager.createJobSession('b');
    await manager.createJobSession('a');
    expect(await manager.getJobSessionNames()).toEqual(['a', 'b']);
    const [first, second] = [await manager.createJobSession(), await manager.createJobSession('')];
    expect(first.sessionName).not.toBe(second.sessionName);
    expect(await manager.getJobSessionNames()).toContain(first.sessionName);
  });

  it('refuses to open or destroy a session that is not there', async () => {
    const drms = new MemoryDrms();
    const manager = new SessionManager(drms);
    const refusal = { code: 'InvalidArgument', message: expect.stringContaining('"absent"') };
    await expect(manager.openJobSession('absent')).rejects.toMatchObject(refusal);
    await expect(manager.destroyJobSession('absent')).rejects.toMatchObject(refusal);
    expect(drms.opened).toEqual([]);
  });

  it('shows the jobs of a session to whoever opens it again, and leaves them alone when it is closed', async () => {
    const drms = new MemoryDrms();
    const store = new MemorySessionStore();
    const before = new SessionManager(drms, { store });
    const session = await before.createJobSession('long');
    const job = await session.runJob(SLEEP);
    await before.close();
    expect(drms.openTrackers).toBe(0);

    drms.move(job.id, 0);
    await using after = new SessionManager(drms, { store });
    const again = await after.openJobSession('long');
    expect((await again.getJobs()).map(({ id }) => id)).toEqual([job.id]);
    expect(await (await again.getJobs())[0]?.getState()).toMatchObject({ state: 'Done' });
  });

  it('makes every opened handle of a destroyed session invalid, and keeps its jobs', async () => {
    const drms = new MemoryDrms();
    const manager = new SessionManager(drms);
    const created = await manager.createJobSession('gone');
    const opened = await manager.openJobSession('gone');
    const other = await manager.createJobSession('other');
    const job = await created.runJob(SLEEP);
    await manager.destroyJobSession('gone');
    for (const session of [created, opened]) {
      await expect(session.runJob(SLEEP)).rejects.toMatchObject({ code: 'InvalidSession' });
    }
    await expect(job.getState()).rejects.toMatchObject({
      code: 'InvalidSession',
      message: expect.stringContaining('destroyed'),
    });
    expect(await other.getJobs()).toEqual([]);
    expect(await manager.getJobSessionNames()).toEqual(['other']);
    const anew = await manager.createJobSession('gone');
    expect((await anew.getJobs()).map(({ id }) => id)).toEqual([job.id]);
  });

  it('gives out no session that is destroyed while it is opened', async () => {
    const drms = new MemoryDrms();
    const manager = new SessionManager(drms);
    await (await manager.createJobSession('brief')).close();
    drms.beforeOpening = () => manager.destroyJobSession('brief');
    await expect(manager.openJobSession('brief')).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(drms.openTrackers).toBe(0);
  });

  it('gives out no session when it is closed while one is opened', async () => {
    const drms = new MemoryDrms();
    const manager = new SessionManager(drms);
    drms.beforeOpening = () => manager.close();
    await expect(manager.createJobSession('late')).rejects.toMatchObject({ code: 'InvalidSession' });
    expect(drms.openTrackers).toBe(0);
  });

  it('remembers no name for a session that could not be opened', async () => {
    const drms = new MemoryDrms();
    const manager = new SessionManager(drms);
    drms.beforeOpening = () => Promise.reject(new Drmaa2Error('DrmCommunication', 'nobody answers'));
    await expect(manager.createJobSession('early')).rejects.toMatchObject({ code: 'DrmCommunication' });
    expect(await manager.getJobSessionNames()).toEqual([]);
  });

  it('gives a name to one of two that create it at the same time', async () => {
    const drms = new MemoryDrms();
    const store = new MemorySessionStore();
    const managers = [new SessionManager(drms, { store }), new SessionManager(drms, { store })];
    const results = await Promise.allSettled(managers.map((manager) => manager.createJobSession('wanted')));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'InvalidArgument' } });
    expect(drms.openTrackers).toBe(1);
  });

  it('tells a failure of its store as SessionManagement, and leaves nothing open', async () => {
    const broken = new Error('disk on fire');
    const fail = (): Promise<never> => Promise.reject(broken);
    const store: SessionStore = { list: fail, find: () => Promise.resolve(undefined), add: fail, remove: fail };
    const drms = new MemoryDrms();
    const manager = new SessionManager(drms, { store });
    const failure = { code: 'SessionManagement', cause: broken, message: expect.stringContaining('disk on fire') };
    await expect(manager.createJobSession('a')).rejects.toMatchObject(failure);
    await expect(manager.getJobSessionNames()).rejects.toMatchObject(failure);
    await expect(manager.destroyJobSession('a')).rejects.toMatchObject(failure);
    expect(drms.openTrackers).toBe(0);
  });

  it('answers InvalidSession once it is closed, and closes what it opened', async () => {
    const drms = new MemoryDrms();
    const manager = new SessionManager(drms);
    const session = await manager.createJobSession('a');
    await manager.close();
    await manager.close();
    expect([drms.closed, drms.openTrackers]).toEqual([true, 0]);
    const refused = { code: 'InvalidSession' };
    await expect(manager.createJobSession('b')).rejects.toMatchObject(refused);
    await expect(manager.openJobSession('a')).rejects.toMatchObject(refused);
    await expect(manager.destroyJobSession('a')).rejects.toMatchObject(refused);
    await expect(manager.getJobSessionNames()).rejects.toMatchObject(refused);
    await expect(manager.drmsVersion()).rejects.toMatchObject(refused);
    await expect(session.runJob(SLEEP)).rejects.toMatchObject(refused);
  });
});
