import type { EngineName } from '../engine-profile.js';

/** The engine's wording, as recorded; it changed between the versions almost everywhere. */
export interface EngineMessages {
  readonly notRunning: (id: string) => string;
  readonly notRunningForExec: (id: string) => string;
  readonly alreadyPaused: (id: string) => string;
  readonly notPaused: (id: string) => string;
  readonly isRestarting: (id: string) => string;
  readonly cannotKill: (id: string, why: string) => string;
  readonly badSignal: (id: string, signal: string) => string;
  readonly cannotRemove: (container: { readonly id: string; readonly name: string }, status: string) => string;
  readonly badFilter: (key: string) => string;
  readonly badRestartPolicy: (name: string) => string;
  readonly emptyConfig: string;
  readonly noSuchImage: (reference: string) => string;
  readonly failedTask: (why: string) => string;
}

const OLD: EngineMessages = {
  notRunning: (id) => `Container ${id} is not running`,
  notRunningForExec: (id) => `Container ${id} is not running`,
  alreadyPaused: (id) => `Container ${id} is already paused`,
  notPaused: (id) => `Container ${id} is not paused`,
  isRestarting: (id) => `Container ${id} is restarting, wait until the container is running`,
  cannotKill: (id, why) => `Cannot kill container: ${id}: ${why}`,
  badSignal: (_id, signal) => `Invalid signal: ${signal}`,
  cannotRemove: ({ id }, status) => {
    const unpause = status === 'paused' ? 'Unpause and then stop' : 'Stop';
    return `You cannot remove a ${status} container ${id}. ${unpause} the container before attempting removal or force remove`;
  },
  badFilter: (key) => `Invalid filter '${key}'`,
  badRestartPolicy: (name) => `invalid restart policy '${name}'`,
  emptyConfig: 'Config cannot be empty in order to create a container',
  noSuchImage: (reference) => `no such image: ${reference}: No such image: ${reference}`,
  failedTask: (why) => `failed to create shim task: ${why}`,
};

const RECENT: EngineMessages = {
  ...OLD,
  notRunning: (id) => `container ${id} is not running`,
  notRunningForExec: (id) => `container ${id} is not running`,
  cannotKill: (id, why) => `cannot kill container: ${id}: ${why}`,
  badSignal: (id, signal) => `cannot kill container: ${id}: invalid signal: ${signal}`,
  cannotRemove: ({ name }, status) => `cannot remove container "/${name}": ${removalReason(status)}`,
  badFilter: (key) => `invalid filter '${key}'`,
  badRestartPolicy: (name) =>
    `invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
  emptyConfig: 'config cannot be empty in order to create a container',
  noSuchImage: (reference) => `No such image: ${reference}`,
  failedTask: (why) => `failed to create task for container: failed to create shim task: ${why}`,
};

export const ENGINE_MESSAGES: Readonly<Record<EngineName, EngineMessages>> = {
  '20.10': OLD,
  '26.1': RECENT,
  '29.1': {
    ...RECENT,
    alreadyPaused: (id) => `container ${id} is already paused`,
    cannotRemove: ({ id }, status) => `cannot remove container "${id}": ${removalReason(status)}`,
  },
};

export function noSuchContainer(reference: string): string {
  return `No such container: ${reference}`;
}

export function nameTaken(name: string, owner: string): string {
  return (
    `Conflict. The container name "/${name}" is already in use by container "${owner}". ` +
    'You have to remove (or rename) that container to be able to reuse that name.'
  );
}

export function badName(name: string): string {
  return `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`;
}

function removalReason(status: string): string {
  return status === 'paused'
    ? 'container is paused and must be unpaused first'
    : `container is ${status}: stop the container before removing or force remove`;
}
