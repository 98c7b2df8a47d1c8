import type {
  Cancellable,
  Capability,
  DrmsConnection,
  JobTracker,
  TrackerPlace,
  Version,
} from '@docker-tracker/drmaa2';
import { Engine } from '@docker-tracker/engine-client';
import { ATTRIBUTE_SUPPORT } from './core/template/attribute-support.js';
import type { AttributeName } from './core/template/attribute-value.js';
import { checkChoices, type DockerTrackerOptions } from './docker-tracker-options.js';
import { DockerTracker } from './docker-tracker.js';
import { inDrmaa2Terms } from './session/drmaa2-failure.js';

/** What every session of a manager has in common. */
export type DockerDrmsOptions = Omit<DockerTrackerOptions, 'session' | 'signal'>;

/**
 * Docker as the system under a DRMAA2 SessionManager. A session's contact is the engine's address as in `DOCKER_HOST`, such as
 * `unix:///run/docker.sock`; empty: the engine of these options. Sessions on one engine share one connection and one event stream.
 *
 * @throws {Drmaa2Error} InvalidArgument: a bad option.
 */
export function dockerDrms(options: DockerDrmsOptions = {}): DrmsConnection {
  checkChoices({ ...options, session: '' });
  return new DockerDrms(options);
}

/** Which attribute of a template makes a capability; reservations and callbacks are not there. */
const BY_ATTRIBUTE: Partial<Record<Capability, AttributeName>> = {
  JtEmail: 'email',
  JtStaging: 'stageInFiles',
  JtDeadline: 'deadlineTime',
  JtMaxSlots: 'maxSlots',
  JtAccountingId: 'accountingString',
};

class DockerDrms implements DrmsConnection {
  readonly drmsName = 'docker';
  readonly #options: DockerDrmsOptions;
  /** By contact; one that could not be connected is not kept. */
  readonly #engines = new Map<string, Promise<Engine>>();

  constructor(options: DockerDrmsOptions) {
    this.#options = options;
  }

  async drmsVersion({ signal }: Cancellable = {}): Promise<Version> {
    const engine = await this.#engine('');
    const { Version: version } = await inDrmaa2Terms('drmsVersion', () => engine.version({ signal }));
    const [major = '', ...minor] = version.split('.');
    return { major, minor: minor.join('.') };
  }

  supports(capability: Capability): boolean {
    const attribute = BY_ATTRIBUTE[capability];
    return attribute ? ATTRIBUTE_SUPPORT[attribute][0] === 'done' : capability === 'BulkJobsMaxParallel';
  }

  async openJobTracker({ sessionName, contact }: TrackerPlace, { signal }: Cancellable = {}): Promise<JobTracker> {
    const engine = await this.#engine(contact);
    return DockerTracker.open({ ...this.#options, engine, session: sessionName, signal });
  }

  async close(): Promise<void> {
    const engines = [...this.#engines.values()];
    this.#engines.clear();
    for (const engine of await Promise.allSettled(engines)) {
      if (engine.status === 'fulfilled') await engine.value.close();
    }
  }

  #engine(contact: string): Promise<Engine> {
    if (contact === '' && this.#options.engine) return Promise.resolve(this.#options.engine);
    const known = this.#engines.get(contact);
    if (known) return known;
    const { engine: _, ...forEngine } = this.#options;
    const connecting = inDrmaa2Terms('open', () =>
      Engine.connect(contact === '' ? forEngine : { ...forEngine, host: contact, context: undefined }),
    );
    this.#engines.set(contact, connecting);
    connecting.catch(() => this.#engines.delete(contact));
    return connecting;
  }
}
