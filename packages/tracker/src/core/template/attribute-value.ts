import type { JobTemplate } from '@docker-tracker/drmaa2';
import { readTime } from './attribute-time.js';
import { badArgument, badValue, shownValue } from './refusal.js';

export type AttributeName = keyof JobTemplate;

/** A set attribute, its type proved. A time is RFC 3339 text. */
export type AttributeValue =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'flag'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'time'; readonly value: string }
  | { readonly kind: 'list'; readonly value: readonly string[] }
  | { readonly kind: 'map'; readonly value: Readonly<Record<string, string>> };

/**
 * Every attribute with its type, in the order of the Go binding's struct, which is the order in the label.
 * @source drmaa2interface jobtemplate.go; `extensionList` stands for its `extension` field, which comes first
 */
export const ATTRIBUTE_KINDS = {
  extensionList: 'map',
  remoteCommand: 'text',
  args: 'list',
  submitAsHold: 'flag',
  reRunnable: 'flag',
  jobEnvironment: 'map',
  workingDirectory: 'text',
  jobCategory: 'text',
  email: 'list',
  emailOnStarted: 'flag',
  emailOnTerminated: 'flag',
  jobName: 'text',
  inputPath: 'text',
  outputPath: 'text',
  errorPath: 'text',
  joinFiles: 'flag',
  reservationID: 'text',
  queueName: 'text',
  minSlots: 'integer',
  maxSlots: 'integer',
  priority: 'integer',
  candidateMachines: 'list',
  minPhysMemory: 'integer',
  machineOs: 'text',
  machineArch: 'text',
  startTime: 'time',
  deadlineTime: 'time',
  stageInFiles: 'map',
  stageOutFiles: 'map',
  resourceLimits: 'map',
  accountingString: 'text',
} as const satisfies Record<AttributeName, AttributeValue['kind']>;

export function isAttributeName(name: string): name is AttributeName {
  return Object.hasOwn(ATTRIBUTE_KINDS, name);
}

/** All names, in the order of {@link ATTRIBUTE_KINDS}. */
export const ATTRIBUTE_NAMES: readonly AttributeName[] = Object.keys(ATTRIBUTE_KINDS).filter(isAttributeName);

/**
 * Proves the type of one attribute.
 * @returns undefined where it is unset: absent, or the Go binding's zero value ('', 0, false, empty, year 1), which
 * that binding cannot tell from absent.
 * @throws {Drmaa2Error} InvalidArgument: wrong type, an integer beyond 2^53, a time that is not RFC 3339.
 */
export function readAttribute(name: AttributeName, value: unknown): AttributeValue | undefined {
  if (value === undefined) return undefined;
  const kind = ATTRIBUTE_KINDS[name];
  switch (kind) {
    case 'text':
      if (typeof value !== 'string') throw badValue(name, value, 'a text');
      return value === '' ? undefined : { kind, value };
    case 'flag':
      if (typeof value !== 'boolean') throw badValue(name, value, 'true or false');
      return value ? { kind, value } : undefined;
    case 'integer':
      // the Go binding reads an int64: a fraction would make the whole template unreadable there
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw badValue(name, value, 'a whole number');
      return value === 0 ? undefined : { kind, value };
    case 'time': {
      const time = readTime(name, value);
      return time === undefined ? undefined : { kind, value: time };
    }
    case 'list': {
      const list = readList(name, value);
      return list.length === 0 ? undefined : { kind, value: list };
    }
    case 'map': {
      const map = readMap(name, value);
      return Object.keys(map).length === 0 ? undefined : { kind, value: map };
    }
  }
}

function readList(name: AttributeName, value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw badValue(name, value, 'a list of texts');
  // Array.from turns holes into undefined; every() would step over them
  return Array.from<unknown, string>(value, (entry, index) => {
    if (typeof entry !== 'string') throw badValue(`${name}[${String(index)}]`, entry, 'a text');
    return entry;
  });
}

function readMap(name: AttributeName, value: unknown): Readonly<Record<string, string>> {
  if (!isPlainObject(value)) throw badValue(name, value, 'an object whose values are texts');
  const entries = Object.entries(value).map(([key, entry]): [string, string] => {
    if (typeof entry === 'string') return [key, entry];
    // the kind only: values of an environment stay out of messages
    const kind = typeof entry === 'object' ? shownValue(entry) : `a ${typeof entry}`;
    throw badArgument(`${name}[${shownValue(key)}] is ${kind}; accepted: a text`);
  });
  return Object.fromEntries(entries); // defines own keys, so that "__proto__" is a key like any other
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // an object of another realm (vm, iframe) has a prototype of its own whose prototype is null
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
