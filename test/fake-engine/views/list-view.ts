import { compareApiVersions } from '../engine-profile.js';
import { toSeconds } from '../events/engine-time.js';
import type { Container, ContainerReplica } from '../model/container.js';
import type { EngineModel } from '../model/engine-model.js';
import { humanDuration } from './human-duration.js';
import { networksView } from './network-view.js';

/** One row of `GET /containers/json`. It has no times and no exit code but in the human `Status`. */
export function listRow(
  model: EngineModel,
  container: Container,
  replica: ContainerReplica,
  apiVersion: string,
): object {
  return {
    Id: container.id,
    Names: [`/${replica.name}`],
    Image: container.config.Image,
    ImageID: container.imageId,
    Command: commandLine([...container.config.Entrypoint, ...container.config.Cmd]),
    Created: toSeconds(container.createdAt),
    Ports: [],
    Labels: container.config.Labels,
    State: listedState(model, replica),
    Status: statusText(model, replica),
    HostConfig: { NetworkMode: container.hostConfig.NetworkMode },
    ...(compareApiVersions(apiVersion, '1.52') >= 0
      ? { Health: { Status: replica.health ?? 'none', FailingStreak: container.health?.failingStreak ?? 0 } }
      : {}),
    NetworkSettings: { Networks: networksView(model, container, apiVersion) },
    Mounts: [],
  };
}

/** Arguments with blanks are put in quotes, unescaped (daemon/container/view.go). */
function commandLine([command = '', ...words]: readonly string[]): string {
  return [command, ...words.map((word) => (word.includes(' ') ? `'${word}'` : word))].join(' ');
}

/** From 28.2 on a container under removal is listed as `dead`; inspect says `removing` everywhere. */
function listedState(model: EngineModel, replica: ContainerReplica): string {
  return replica.status === 'removing' && model.profile.name === '29.1' ? 'dead' : replica.status;
}

function statusText(model: EngineModel, replica: ContainerReplica): string {
  const since = (stamp: bigint): string => humanDuration(Number(model.clock.now() - stamp) / 1e9);
  const health = replica.health === undefined ? '' : ` (${healthText(replica.health)})`;
  switch (replica.status) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${since(replica.startedAt)}${health}`;
    case 'paused':
      return `Up ${since(replica.startedAt)} (Paused)`;
    case 'restarting':
      return `Restarting (${replica.exitCode}) ${since(replica.finishedAt)} ago`;
    case 'exited':
      return `Exited (${replica.exitCode}) ${since(replica.finishedAt)} ago`;
    case 'removing':
      return model.profile.name === '29.1' ? 'Dead' : 'Removal In Progress';
    case 'dead':
      return 'Dead';
  }
}

function healthText(health: string): string {
  return health === 'starting' ? 'health: starting' : health;
}
