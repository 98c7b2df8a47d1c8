import type { EngineEvent } from '../wire/event.js';
import { DecodeFailure, number, or, shape, text, type Decoder } from './decoder.js';

/**
 * Reads one line of `/events`.
 *
 * @throws {SyntaxError} not JSON.
 * @throws {DecodeFailure} not an event.
 */
export function decodeEvent(line: string): EngineEvent {
  const message = envelope(JSON.parse(line), '');
  const event = {
    type: message.Type,
    action: message.Action,
    id: message.Actor.ID,
    attributes: message.Actor.Attributes,
    timeNano: exactTime(line, message),
  };
  return message.scope === undefined ? event : { ...event, scope: message.scope };
}

interface Envelope {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope?: string;
  readonly time: number;
  readonly timeNano: number;
}

const NO_ATTRIBUTES: Readonly<Record<string, string>> = Object.freeze({});

/** Values are strings in every engine seen; another primitive is kept as its text rather than ending the stream. */
const attributes: Decoder<Readonly<Record<string, string>>> = (value, path) => {
  if (typeof value !== 'object' || value === null) throw new DecodeFailure(path, 'an object', value);
  if (Object.values(value).every((item) => typeof item === 'string')) return value as Record<string, string>;
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([key, item]) => [
      key,
      typeof item === 'string' ? item : JSON.stringify(item),
    ]),
  );
};

const envelope = shape<Envelope>({
  Type: text,
  Action: text,
  Actor: or(shape({ ID: or(text, ''), Attributes: or(attributes, NO_ATTRIBUTES) }), {
    ID: '',
    Attributes: NO_ATTRIBUTES,
  }),
  scope: (value, path) => (value === undefined || value === null ? undefined : text(value, path)),
  time: or(number, 0),
  timeNano: or(number, 0),
});

// timeNano comes last in every engine seen, but nothing promises it: the fallback finds it anywhere. Inside a JSON
// string the quotes would be escaped, so only a real key matches; the rounded number tells which one it was.
const LAST_FIELD = /"timeNano":\s*(-?\d+)\s*\}\s*$/;
const ANYWHERE = /"timeNano":\s*(-?\d+)/g;

function exactTime(line: string, message: Envelope): bigint {
  if (message.timeNano === 0) return BigInt(Math.trunc(message.time)) * 1_000_000_000n;
  const tail = LAST_FIELD.exec(line.slice(-64));
  if (tail?.[1] !== undefined && Number(tail[1]) === message.timeNano) return BigInt(tail[1]);
  for (const match of line.matchAll(ANYWHERE)) {
    if (match[1] !== undefined && Number(match[1]) === message.timeNano) return BigInt(match[1]);
  }
  throw new DecodeFailure('timeNano', 'a whole number of nanoseconds', message.timeNano);
}
