import type { EngineEvent } from './engine-event.js';
import { matchesLabels, type FilterArguments } from './filter-argument.js';

/**
 * The engine's event filter (daemon/events/filter.go): keys are AND, values of a key are OR, labels are AND and are
 * looked up in the merged attributes, so `label=exitCode=0` works. Unknown keys are ignored here.
 */
export function eventMatches(event: EngineEvent, filters: FilterArguments): boolean {
  return (
    matchesAction(event, filters.get('event')) &&
    matchesExactly(filters.get('type'), event.type) &&
    matchesExactly(filters.get('scope'), event.scope) &&
    matchesActor(event, 'container', filters.get('container')) &&
    matchesActor(event, 'network', filters.get('network')) &&
    matchesImage(event, filters.get('image')) &&
    matchesLabels(filters.get('label'), event.attributes)
  );
}

/** One of these among the values turns the whole key into a prefix match. */
const PREFIX_ACTIONS = new Set(['health_status', 'exec_create', 'exec_start']);

function matchesAction(event: EngineEvent, values: readonly string[] | undefined): boolean {
  if (values === undefined || values.length === 0) return true;
  if (!values.some((value) => PREFIX_ACTIONS.has(value))) return values.includes(event.action);
  return values.some((value) => event.action.startsWith(value));
}

function matchesExactly(values: readonly string[] | undefined, actual: string): boolean {
  return values === undefined || values.length === 0 || values.includes(actual);
}

/** Prefix of the id or of the name: `job-1` finds `job-10` as well, measured. */
function matchesActor(event: EngineEvent, type: string, values: readonly string[] | undefined): boolean {
  if (values === undefined || values.length === 0) return true;
  if (event.type !== type) return false;
  const name = event.attributes.name ?? '';
  return values.some((value) => event.actorId.startsWith(value) || name.startsWith(value));
}

function matchesImage(event: EngineEvent, values: readonly string[] | undefined): boolean {
  if (values === undefined || values.length === 0) return true;
  const reference = event.type === 'image' ? event.actorId : (event.attributes.image ?? '');
  const untagged = reference.replace(/:[^:/]*$/, '');
  return values.includes(reference) || values.includes(untagged);
}
