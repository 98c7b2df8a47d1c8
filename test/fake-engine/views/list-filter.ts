import { matchesLabels, type FilterArguments } from '../events/filter-argument.js';
import type { Container, ContainerReplica } from '../model/container.js';
import { EngineFailure } from '../model/engine-failure.js';
import type { EngineModel } from '../model/engine-model.js';

const KEYS = new Set([
  ...['ancestor', 'before', 'exited', 'expose', 'health', 'id', 'is-task', 'isolation', 'label', 'name', 'network'],
  ...['publish', 'since', 'status', 'volume'],
]);
const STATUSES = new Set(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);

/** Unlike `/events`, the list refuses keys and states that it does not know. */
export function checkListFilters(model: EngineModel, filters: FilterArguments): void {
  for (const key of filters.keys()) if (!KEYS.has(key)) throw new EngineFailure(400, model.messages.badFilter(key));
  for (const status of filters.get('status') ?? [])
    if (!STATUSES.has(status)) throw new EngineFailure(400, `Invalid filter 'status=${status}'`);
}

export function rowMatches(
  container: Container,
  replica: ContainerReplica,
  filters: FilterArguments,
  model: EngineModel,
): boolean {
  return (
    matchesLabels(filters.get('label'), container.config.Labels) &&
    anyOf(filters.get('id'), (value) => container.id.startsWith(value)) &&
    // names are matched as regular expressions, with and without their slash
    anyOf(
      filters.get('name'),
      (value) => new RegExp(value).test(`/${replica.name}`) || new RegExp(value).test(replica.name),
    ) &&
    anyOf(filters.get('status'), (value) => replica.status === value) &&
    anyOf(filters.get('health'), (value) => (replica.health ?? 'none') === value) &&
    anyOf(filters.get('ancestor'), (value) => [container.config.Image, container.imageId].includes(value)) &&
    anyOf(filters.get('exited'), (value) => replica.status === 'exited' && replica.exitCode === Number(value)) &&
    anyOf(filters.get('before'), (value) => container.createdAt < model.containers.find(value).createdAt) &&
    anyOf(filters.get('since'), (value) => container.createdAt > model.containers.find(value).createdAt)
  );
}

function anyOf(values: readonly string[] | undefined, matches: (value: string) => boolean): boolean {
  return values === undefined || values.length === 0 || values.some(matches);
}
