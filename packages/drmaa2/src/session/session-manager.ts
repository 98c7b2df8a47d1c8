import { Drmaa2Error } from '../drmaa2-error.js';
import type { Cancellable } from '../job-tracker.js';
import type { Capability, DrmsConnection, Version } from './drms-connection.js';
import { JobSession } from './job-session.js';
import { MonitoringSession, type OpenMonitorer } from './monitoring-session.js';
import { OpenSession } from './open-session.js';
import { MemorySessionStore, type SessionStore, type StoredSession } from './session-store.js';

export interface SessionManagerOptions {
  /** Where session names are remembered. Default: in memory, as long as the manager. */
  readonly store?: SessionStore | undefined;
  /** Opens what a monitoring session looks through, at this contact. Default: monitoring sessions are refused. */
  readonly openMonitorer?: ((contact: string, options: Cancellable) => Promise<OpenMonitorer>) | undefined;
}

/**
 * Job sessions by name, over any system that runs jobs. A session outlives its manager where its store does: its jobs are the
 * DRMS's, and whoever opens it again sees them.
 *
 * Every method rejects with a Drmaa2Error: InvalidSession once the manager is closed, SessionManagement where the store fails.
 * @source DRMAA2 section 7.1
 */
export class SessionManager {
  readonly drmaaName = 'docker-tracker';
  readonly drmaaVersion: Version = { major: '0', minor: '1' };
  readonly #drms: DrmsConnection;
  readonly #store: SessionStore;
  readonly #openMonitorer: SessionManagerOptions['openMonitorer'];
  readonly #open = new Map<JobSession, OpenSession>();
  readonly #monitoring = new Set<MonitoringSession>();
  #closed = false;

  constructor(drms: DrmsConnection, options: SessionManagerOptions = {}) {
    this.#drms = drms;
    this.#store = options.store ?? new MemorySessionStore();
    this.#openMonitorer = options.openMonitorer;
  }

  /** Of the system that runs the jobs, such as `docker`. */
  get drmsName(): string {
    return this.#drms.drmsName;
  }

  /** Of the system that runs the jobs; it is asked. */
  async drmsVersion(options: Cancellable = {}): Promise<Version> {
    this.#check();
    return this.#drms.drmsVersion(options);
  }

  /** Whether an optional part of DRMAA2 is there. */
  supports(capability: Capability): boolean {
    return this.#drms.supports(capability);
  }

  /**
   * Creates a session and opens it.
   *
   * @param name absent or empty: a name is made up, see `sessionName`.
   * @param contact where its jobs run, in the words of the DRMS. Default: the DRMS's own default.
   * @throws {Drmaa2Error} InvalidArgument: a name that is taken, or that the DRMS does not take; DrmCommunication. The name is
   * remembered only if the session could be opened.
   */
  async createJobSession(name = '', contact = '', options: Cancellable = {}): Promise<JobSession> {
    this.#check();
    const stored = { name: name === '' ? `session-${globalThis.crypto.randomUUID()}` : name, contact };
    if (await this.#ask((store) => store.find(stored.name))) throw nameTaken(stored.name);
    const session = await this.#connect(stored, options);
    try {
      if (!(await this.#ask((store) => store.add(stored)))) throw nameTaken(stored.name);
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  /**
   * Opens a session that was created before, in this process or another; its jobs are there. A session may be open several times.
   *
   * @throws {Drmaa2Error} InvalidArgument: no session of that name; DrmCommunication.
   */
  async openJobSession(name: string, options: Cancellable = {}): Promise<JobSession> {
    this.#check();
    const stored = await this.#ask((store) => store.find(name));
    if (!stored) throw noSession(name);
    const session = await this.#connect(stored, options);
    // Destroyed meanwhile: nobody would end it any more.
    const isThere = await this.#ask((store) => store.find(name)).catch(async (error: unknown) => {
      await session.close();
      throw error;
    });
    if (isThere) return session;
    await session.close();
    throw noSession(name);
  }

  /** As the session's own `close`. InvalidSession: closed before. */
  async closeJobSession(session: JobSession): Promise<void> {
    this.#check();
    await session.close();
  }

  /**
   * Forgets a session. Where it is open through this manager it becomes invalid. Its jobs are not touched: a session that is created
   * under the same name sees them.
   *
   * @throws {Drmaa2Error} InvalidArgument: no session of that name.
   */
  async destroyJobSession(name: string): Promise<void> {
    this.#check();
    if (!(await this.#ask((store) => store.remove(name)))) throw noSession(name);
    await this.#end(({ sessionName }) => sessionName === name, 'was destroyed: create it anew');
  }

  /** Sorted. */
  async getJobSessionNames(): Promise<readonly string[]> {
    this.#check();
    const sessions = await this.#ask((store) => store.list());
    return sessions.map(({ name }) => name).sort();
  }

  /**
   * Opens a session that looks at the jobs of all sessions. It is not remembered.
   *
   * @param contact where to look, in the words of the DRMS. Default: the DRMS's own default.
   * @throws {Drmaa2Error} UnsupportedOperation: the manager was made without `openMonitorer`; DrmCommunication.
   */
  async openMonitoringSession(contact = '', options: Cancellable = {}): Promise<MonitoringSession> {
    this.#check();
    if (!this.#openMonitorer) {
      throw new Drmaa2Error('UnsupportedOperation', 'this session manager was made without openMonitorer: give it one');
    }
    const monitorer = await this.#openMonitorer(contact, options);
    const name = `monitoring-${globalThis.crypto.randomUUID()}`;
    try {
      this.#check();
      await monitorer.openMonitoringSession(name);
      this.#check();
    } catch (error) {
      await monitorer.close();
      throw error;
    }
    const session = new MonitoringSession(name, monitorer, () => this.#monitoring.delete(session));
    this.#monitoring.add(session);
    return session;
  }

  /** As the session's own `close`. InvalidSession: closed before. */
  async closeMonitoringSession(session: MonitoringSession): Promise<void> {
    this.#check();
    await session.close();
  }

  /** Closes all sessions and the connection to the DRMS; jobs go on. Calling it again changes nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#end(() => true, 'is closed: open it again');
    await Promise.all([...this.#monitoring].map((session) => session.close()));
    await this.#drms.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #connect({ name, contact }: StoredSession, options: Cancellable): Promise<JobSession> {
    const tracker = await this.#drms.openJobTracker({ sessionName: name, contact }, options);
    const open = new OpenSession(name, tracker);
    const session = new JobSession(open, contact, async () => {
      this.#open.delete(session);
      await open.end('is closed: open it again');
    });
    this.#open.set(session, open);
    if (this.#closed) {
      await session.close();
      this.#check();
    }
    return session;
  }

  async #end(isMeant: (session: JobSession) => boolean, closed: Parameters<OpenSession['end']>[0]): Promise<void> {
    const meant = [...this.#open].filter(([session]) => isMeant(session));
    for (const [session] of meant) this.#open.delete(session);
    await Promise.all(meant.map(([, open]) => open.end(closed)));
  }

  async #ask<Value>(question: (store: SessionStore) => Promise<Value>): Promise<Value> {
    try {
      return await question(this.#store);
    } catch (cause) {
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new Drmaa2Error('SessionManagement', `the store of job sessions failed: ${words}`, { cause });
    }
  }

  #check(): void {
    if (this.#closed) throw new Drmaa2Error('InvalidSession', 'the session manager is closed: make another one');
  }
}

function nameTaken(name: string): Drmaa2Error {
  return new Drmaa2Error(
    'InvalidArgument',
    `job session ${JSON.stringify(name)} exists already: open it, or take another name`,
  );
}

function noSession(name: string): Drmaa2Error {
  return new Drmaa2Error('InvalidArgument', `there is no job session ${JSON.stringify(name)}: create it first`);
}
