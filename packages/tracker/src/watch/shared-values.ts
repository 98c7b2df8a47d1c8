import type { Fact, JobDetails, JobRecord } from '../core/job/job-record.js';
import { packText, type PackedText } from '../core/label/packed-text.js';

/** Values that are remembered to be shared; past it all are forgotten, which costs memory and nothing else. */
const LIMIT = 4096;

/**
 * Lets records share what is equal in them: the jobs of a session differ in little, and each answer of the engine brings all of it
 * as new strings and objects. What a record holds stays equal to what it was.
 */
export class SharedValues {
  readonly #texts = new Map<string, string>();
  readonly #commands = new Map<string, readonly string[]>();
  /** A template of each length: tasks of one array have the same, but for their index. */
  readonly #templates = new Map<number, string>();
  readonly #facts = new Map<string, Fact<unknown>>();

  /** The record, to be kept from now on, with what it has in common with others shared. */
  record(record: JobRecord): JobRecord {
    const { labels, template, freezer, stopSignal, health, details } = record;
    return {
      ...record,
      session: this.#text(record.session),
      image: this.#text(record.image),
      labels: this.#labels(labels),
      ...(template !== undefined && { template: this.#template(template) }),
      freezer: this.#fact(freezer),
      stopSignal: this.#fact(stopSignal),
      health: this.#fact(health),
      ...(details && { details: this.details(details) }),
    };
  }

  details(details: JobDetails): JobDetails {
    const { user, command, workingDirectory, restartPolicy } = details;
    return {
      ...details,
      user: this.#text(user),
      command: share(this.#commands, command.join('\0'), command),
      workingDirectory: this.#text(workingDirectory),
      ...(restartPolicy !== undefined && { restartPolicy: this.#text(restartPolicy) }),
    };
  }

  #labels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, this.#text(value)]));
  }

  #template(template: string | PackedText): string | PackedText {
    if (typeof template !== 'string') return template;
    const { length } = template;
    const base = share(this.#templates, length, template);
    if (base === template) return base;
    const packed = packText(template, base);
    if (packed.own.length * 2 < length) return packed;
    this.#templates.set(length, template);
    return template;
  }

  #text(text: string): string {
    return share(this.#texts, text, text);
  }

  #fact<Value>(fact: Fact<Value>): Fact<Value> {
    return share(this.#facts, `${String(fact.value)} ${String(fact.at)} ${fact.source}`, fact) as Fact<Value>;
  }
}

function share<Key, Value>(known: Map<Key, Value>, key: Key, value: Value): Value {
  const shared = known.get(key);
  if (shared !== undefined) return shared;
  if (known.size >= LIMIT) known.clear();
  known.set(key, value);
  return value;
}
