import type { Fact, JobDetails, JobRecord } from '../core/job/job-record.js';
import { packText, type PackedText } from '../core/label/packed-text.js';

/** Values of a kind that are remembered to be shared; past it all are forgotten, which costs memory and nothing else. */
const COUNT_LIMIT = 4096;
/** And their characters: what is remembered holds no more than that of jobs which are long gone. */
export const SIZE_LIMIT = 4 * 1024 * 1024;

/**
 * Lets records share what is equal in them: the jobs of a session differ in little, and each answer of the engine brings all of it
 * as new strings and objects. What a record holds stays equal to what it was.
 */
export class SharedValues {
  readonly #texts = new Remembered<string, string>();
  readonly #commands = new Remembered<string, readonly string[]>();
  /** A template of each length: tasks of one array have the same, but for their index. */
  readonly #templates = new Remembered<number, string>();
  readonly #facts = new Remembered<string, Fact<unknown>>();

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
    const words = command.join('\0');
    return {
      ...details,
      user: this.#text(user),
      // The words are held beside the key that they are joined to.
      command: this.#commands.share(words, command, 2 * words.length),
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
    const base = this.#templates.share(length, template, length);
    if (base === template) return base;
    const packed = packText(template, base);
    if (packed.own.length * 2 < length) return packed;
    this.#templates.replace(length, template);
    return template;
  }

  #text(text: string): string {
    return this.#texts.share(text, text, text.length);
  }

  #fact<Value>(fact: Fact<Value>): Fact<Value> {
    const key = `${String(fact.value)} ${String(fact.at)} ${fact.source}`;
    return this.#facts.share(key, fact, key.length) as Fact<Value>;
  }
}

/** A bounded memory of values, each under its key. */
class Remembered<Key, Value> {
  readonly #values = new Map<Key, Value>();
  #size = 0;

  /** The value that is remembered under the key, else this one from now on; it takes about so many characters. */
  share(key: Key, value: Value, size: number): Value {
    const shared = this.#values.get(key);
    if (shared !== undefined) return shared;
    if (size > SIZE_LIMIT) return value;
    if (this.#values.size >= COUNT_LIMIT || this.#size + size > SIZE_LIMIT) {
      this.#values.clear();
      this.#size = 0;
    }
    this.#size += size;
    this.#values.set(key, value);
    return value;
  }

  /** Another one of the same size. */
  replace(key: Key, value: Value): void {
    if (this.#values.has(key)) this.#values.set(key, value);
  }
}
