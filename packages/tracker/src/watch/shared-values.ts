import type { Fact, JobDetails, JobRecord } from '../core/job/job-record.js';

/** Values that are remembered to be shared; past it all are forgotten, which costs memory and nothing else. */
const LIMIT = 4096;

/**
 * Lets records share what is equal in them: the jobs of a session differ in little, and each answer of the engine brings all of it
 * as new strings and objects. What a record holds stays equal to what it was.
 */
export class SharedValues {
  readonly #texts = new Map<string, string>();
  readonly #commands = new Map<string, readonly string[]>();
  readonly #facts = new Map<string, Fact<unknown>>();

  /** The record, to be kept from now on, with what it has in common with others shared. */
  record(record: JobRecord): JobRecord {
    const { labels, freezer, stopSignal, health, details } = record;
    return {
      ...record,
      session: this.#text(record.session),
      image: this.#text(record.image),
      labels: this.#labels(labels),
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

  #text(text: string): string {
    return share(this.#texts, text, text);
  }

  #fact<Value>(fact: Fact<Value>): Fact<Value> {
    return share(this.#facts, `${String(fact.value)} ${String(fact.at)} ${fact.source}`, fact) as Fact<Value>;
  }
}

function share<Value>(known: Map<string, Value>, key: string, value: Value): Value {
  const shared = known.get(key);
  if (shared !== undefined) return shared;
  if (known.size >= LIMIT) known.clear();
  known.set(key, value);
  return value;
}
