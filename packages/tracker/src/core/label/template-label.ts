import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import { ZERO_TIME } from '../template/attribute-time.js';
import {
  ATTRIBUTE_NAMES,
  readAttribute,
  type AttributeName,
  type AttributeValue,
} from '../template/attribute-value.js';
import { badArgument, badValue, shownValue } from '../template/refusal.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { goList, goMap, goObject, goText } from './go-json.js';
import { TEMPLATE_LABEL } from './label-names.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

/** `redacted` writes every variable of jobEnvironment with an empty value; the names stay. */
export type TemplateLabelMode = 'full' | 'redacted';

/**
 * Characters of base64. The longest argument or variable that Linux takes (128 KiB) still fits, once; and since a label
 * rides on every event, the engine's 256 remembered ones hold 64 MiB at worst.
 */
export const MAX_TEMPLATE_LABEL_LENGTH = 262_144;

/**
 * The value of the label `drmaa2jobtemplate`: standard base64 of the JSON that the Go binding writes. Its tags in its
 * order, unset attributes left out except times, which it always writes, and `extension`, which nests the list.
 * @param mode - Default: full.
 * @throws {Drmaa2Error} InvalidArgument: an attribute of a wrong type, a label beyond 262144 characters.
 * @source drmaa2interface jobtemplate.go, extension.go; drmaa2os dockertracker jobtemplater.go
 */
export function encodeTemplateLabel(template: JobTemplate, mode: TemplateLabelMode = 'full'): string {
  // a text of another mode must not end up as "full" by accident: that would publish what was to stay out
  if (!['full', 'redacted'].includes(mode)) throw badValue('templateLabel', mode, 'full or redacted');
  const fields = ATTRIBUTE_NAMES.flatMap((name): (readonly [string, string])[] => {
    const set = readAttribute(name, template[name]);
    if (name === 'extensionList') return [['extension', goObject(set === undefined ? [] : [[name, toJson(set)]])]];
    if (name === 'startTime' || name === 'deadlineTime') return [[name, goText(timeOf(set))]];
    if (set === undefined) return [];
    return [[name, toJson(name === 'jobEnvironment' && mode === 'redacted' ? withoutValues(set) : set)]];
  });
  const json = goObject(fields);
  const least = Math.ceil(json.length / 3) * 4; // exact for ASCII; spares encoding what is refused anyway
  if (least > MAX_TEMPLATE_LABEL_LENGTH) throw tooLarge(least);
  const label = encodeBase64(encodeUtf8(json));
  if (label.length > MAX_TEMPLATE_LABEL_LENGTH) throw tooLarge(label.length);
  return label;
}

/**
 * Reads that label, whoever wrote it. Unknown fields are passed over, null and zero values count as unset.
 * @throws {Drmaa2Error} Internal: not base64, not UTF-8, not a JSON object, an attribute of a wrong type.
 */
export function decodeTemplateLabel(label: string): JobTemplate {
  const fields = parseObject(label);
  const extension = fields.extension ?? {};
  if (!isObject(extension)) throw unreadable(`extension is ${shownValue(extension)}`);
  const entries = ATTRIBUTE_NAMES.flatMap((name): [AttributeName, AttributeValue['value']][] => {
    const set = readField(name, (name === 'extensionList' ? own(extension, name) : own(fields, name)) ?? undefined);
    return set === undefined ? [] : [[name, set.value]];
  });
  return Object.fromEntries(entries);
}

function toJson(set: AttributeValue): string {
  switch (set.kind) {
    case 'text':
    case 'time':
      return goText(set.value);
    case 'flag':
    case 'integer':
      return String(set.value);
    case 'list':
      return goList(set.value);
    case 'map':
      return goMap(set.value);
  }
}

function timeOf(set: AttributeValue | undefined): string {
  return set?.kind === 'time' ? set.value : ZERO_TIME;
}

function withoutValues(set: AttributeValue): AttributeValue {
  if (set.kind !== 'map') return set;
  return { kind: 'map', value: Object.fromEntries(Object.keys(set.value).map((key) => [key, ''])) };
}

function parseObject(label: string): Record<string, unknown> {
  const bytes = decodeBase64(label);
  if (bytes === undefined) throw unreadable('not standard base64');
  const text = decodeUtf8(bytes);
  if (text === undefined) throw unreadable('not UTF-8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw unreadable('not JSON', error);
  }
  if (!isObject(parsed)) throw unreadable(`${shownValue(parsed)} instead of an object`);
  return parsed;
}

function readField(name: AttributeName, value: unknown): AttributeValue | undefined {
  try {
    return readAttribute(name, value);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : name, error);
  }
}

function own(fields: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooLarge(length: number): Drmaa2Error {
  return badArgument(
    `the template takes ${String(length)} characters or more as label ${TEMPLATE_LABEL}, the limit is ` +
      `${String(MAX_TEMPLATE_LABEL_LENGTH)}: labels ride on every event; pass large data by file`,
  );
}

function unreadable(why: string, cause?: unknown): Drmaa2Error {
  return new Drmaa2Error('Internal', `label ${TEMPLATE_LABEL} cannot be read: ${why}`, { cause });
}
