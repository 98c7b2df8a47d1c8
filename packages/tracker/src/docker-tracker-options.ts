import type { Engine, EngineOptions } from '@docker-tracker/engine-client';
import { checkSessionName } from './core/label/session-name.js';
import { checkPolicy, type TemplatePolicy } from './core/policy/template-policy.js';
import { badValue } from './core/template/refusal.js';
import type { CredentialSource, PullMode } from './image/image-pulls.js';
import type { Notifier } from './session/notices.js';
import type { SessionChoices } from './session/session-context.js';

export interface DockerTrackerOptions extends EngineOptions {
  /** Name of the job session: the tracker sees and touches containers with this session's label only. The empty name is one, too. */
  readonly session: string;
  /** An engine of the caller's, which stays open. Default: one is connected, from the other options and the environment, and closed with the tracker. */
  readonly engine?: Engine | undefined;
  /** How jobs are suspended whose template does not say: `signal` (default, SIGSTOP to the first process) or `pause` (all processes). */
  readonly suspend?: 'signal' | 'pause' | undefined;
  /** How jobs are terminated whose template does not say: `kill` (default, SIGKILL) or `stop` (stop signal, then SIGKILL). */
  readonly terminate?: 'kill' | 'stop' | undefined;
  /** `redacted` leaves environment values out of the template label, which rides on every event. Default `full`. */
  readonly templateLabel?: 'full' | 'redacted' | undefined;
  /** Refuse templates with unknown extension keys. Default false: they are kept and ignored. */
  readonly strictExtensions?: boolean | undefined;
  /** When the image of a job is pulled whose template does not say: `never` (default), `missing` or `always`. */
  readonly pull?: PullMode | undefined;
  /** Where the login for a registry comes from. Default: docker's configuration and its credential helpers, see `findCredential`. */
  readonly registryCredentials?: CredentialSource | undefined;
  /** Network mode of jobs whose template has no `net`. Default: the engine's. */
  readonly network?: string | undefined;
  /** What templates may ask for; one that asks for more is DeniedByDrms, before anything is created. Default: anything. */
  readonly policy?: TemplatePolicy | undefined;
  /** Told when a job starts or ends whose template has `emailOnStarted` or `emailOnTerminated`. Default: none, and templates with `email` attributes are UnsupportedAttribute. */
  readonly notifier?: Notifier | undefined;
}

/** @throws {Drmaa2Error} InvalidArgument naming option, value and accepted form. */
export function checkChoices(options: DockerTrackerOptions): SessionChoices {
  checkSessionName(options.session);
  const {
    suspend = 'signal',
    terminate = 'kill',
    templateLabel = 'full',
    strictExtensions = false,
    network,
    pull = 'never',
    policy,
  } = options;
  checkChoice('suspend', suspend, ['signal', 'pause']);
  checkChoice('terminate', terminate, ['kill', 'stop']);
  checkChoice('pull', pull, ['never', 'missing', 'always']);
  checkChoice('templateLabel', templateLabel, ['full', 'redacted']);
  if (typeof strictExtensions !== 'boolean') throw badValue('strictExtensions', strictExtensions, 'true or false');
  if (network !== undefined && (typeof network !== 'string' || network === '')) {
    throw badValue('network', network, 'a network mode such as none, bridge or host');
  }
  const { registryCredentials, notifier } = options;
  if (registryCredentials !== undefined && typeof registryCredentials !== 'function') {
    throw badValue('registryCredentials', registryCredentials, 'a function from an image to a RegistryCredential');
  }
  if (notifier !== undefined && typeof notifier !== 'function') {
    throw badValue('notifier', notifier, 'a function that is given a JobNotice');
  }
  if (policy !== undefined) checkPolicy(policy);
  // A copy: what the caller does to the object later opens nothing.
  return {
    suspend,
    terminate,
    templateLabel,
    strictExtensions,
    network,
    pull,
    policy: structuredClone(policy),
    notifier,
  };
}

function checkChoice(name: string, value: unknown, accepted: readonly string[]): void {
  if (typeof value !== 'string' || !accepted.includes(value)) throw badValue(name, value, accepted.join(' or '));
}
