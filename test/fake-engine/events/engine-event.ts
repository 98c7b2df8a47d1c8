import { compareApiVersions, type EngineProfile } from '../engine-profile.js';
import { toSeconds } from './engine-time.js';

/** One message of the engine, as it lies in the ring. */
export interface EngineEvent {
  readonly type: string;
  readonly action: string;
  readonly actorId: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly scope: 'local' | 'swarm';
  readonly timeNano: bigint;
}

/**
 * One line as the wire shows it, LF included. `timeNano` is written as exact digits: it does not fit a JS number.
 * Below API 1.52 container and image events repeat themselves in `status`, `id` and `from`.
 */
export function encodeEvent(event: EngineEvent, profile: EngineProfile, apiVersion: string): string {
  const modern = {
    Type: event.type,
    Action: event.action,
    Actor: { ID: event.actorId, Attributes: sortKeys(event.attributes) },
    scope: event.scope,
    time: toSeconds(event.timeNano),
  };
  const legacy = legacyFields(event, apiVersion);
  if (legacy === undefined) return finish(modern, event);
  // 20.10 and 26.1 put the legacy fields first; 29.x sorts every key
  if (!profile.sortedLegacyEvents) return finish({ ...legacy, ...modern }, event);
  const actor = { Attributes: modern.Actor.Attributes, ID: modern.Actor.ID };
  return finish(sortKeys({ ...legacy, ...modern, Actor: actor }), event);
}

function legacyFields(event: EngineEvent, apiVersion: string): Readonly<Record<string, string>> | undefined {
  if (compareApiVersions(apiVersion, '1.52') >= 0) return undefined;
  if (event.type === 'image') return { status: event.action, id: event.actorId };
  if (event.type !== 'container') return undefined;
  const from = event.attributes.image;
  return { status: event.action, id: event.actorId, ...(from === undefined ? {} : { from }) };
}

function finish(fields: object, event: EngineEvent): string {
  // Go's encoder escapes these five inside event strings
  const json = JSON.stringify(fields).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${json.slice(0, -1)},"timeNano":${event.timeNano}}\n`;
}

function sortKeys<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}
