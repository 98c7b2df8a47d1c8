import { describe, expect, it } from 'vitest';
import { ENGINE_PROFILES, type EngineName } from '../engine-profile.js';
import { recordedEvents } from '../recorded-exchanges.js';
import { encodeEvent, type EngineEvent } from './engine-event.js';

const RECORDINGS = [
  ['20.10', '20.10.24', 'events.ndjson', '1.41'],
  ['20.10', '20.10.24', 'events-older-api.ndjson', '1.40'],
  ['26.1', '26.1.5', 'events.ndjson', '1.45'],
  ['29.1', '29.1.5', 'events.ndjson', '1.52'],
  ['29.1', '29.1.5', 'events-older-api.ndjson', '1.44'],
] as const satisfies readonly (readonly [EngineName, string, string, string])[];

describe('encodeEvent', () => {
  it.each(RECORDINGS)('writes the events of engine %s as recorded (%s/%s)', (engine, version, file, apiVersion) => {
    const lines = recordedEvents(version, file);
    const encoded = lines.map((line) => encodeEvent(decode(line), ENGINE_PROFILES[engine], apiVersion));
    expect(encoded).toEqual(lines.map((line) => `${line}\n`));
  });

  it('escapes what Go escapes', () => {
    const event = { ...EVENT, attributes: { label: '<a href="x">&\u2028' } };
    expect(encodeEvent(event, ENGINE_PROFILES['29.1'], '1.52')).toContain('\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028');
  });

  it('keeps every digit of the stamp', () => {
    expect(encodeEvent(EVENT, ENGINE_PROFILES['20.10'], '1.41')).toMatch(/"timeNano":1795463096058627559\}\n$/);
  });
});

const EVENT: EngineEvent = {
  type: 'container',
  action: 'die',
  actorId: 'c1',
  attributes: {},
  scope: 'local',
  timeNano: 1795463096058627559n,
};

function decode(line: string): EngineEvent {
  const message = JSON.parse(line) as {
    readonly Type: string;
    readonly Action: string;
    readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  };
  return {
    type: message.Type,
    action: message.Action,
    actorId: message.Actor.ID,
    attributes: message.Actor.Attributes,
    scope: 'local',
    timeNano: BigInt(/"timeNano":(\d+)/.exec(line)?.[1] ?? '0'),
  };
}
