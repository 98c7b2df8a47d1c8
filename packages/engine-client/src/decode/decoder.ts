/** Checks a value met at `path` and returns it typed, or throws {@link DecodeFailure}. */
export type Decoder<T> = (value: unknown, path: string) => T;

/** A value is not what the engine is known to send. Turned into an EngineProtocolError where the call is known. */
export class DecodeFailure extends Error {
  static {
    this.prototype.name = 'DecodeFailure';
  }
  constructor(path: string, expected: string, received: unknown) {
    super(`${path} is ${describe(received)}, expected ${expected}`);
  }
}

export const text: Decoder<string> = (value, path) => {
  if (typeof value !== 'string') throw new DecodeFailure(path, 'a string', value);
  return value;
};

export const number: Decoder<number> = (value, path) => {
  if (typeof value !== 'number') throw new DecodeFailure(path, 'a number', value);
  return value;
};

export const flag: Decoder<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new DecodeFailure(path, 'true or false', value);
  return value;
};

export const anything: Decoder<unknown> = (value) => value;

/** Absent and `null` become `fallback`. */
export function or<T, F>(decoder: Decoder<T>, fallback: F): Decoder<T | F> {
  return (value, path) => (value === undefined || value === null ? fallback : decoder(value, path));
}

/** Absent and `null` leave the field out. Only as a field of {@link shape}. */
export function optional<T>(decoder: Decoder<T>): Decoder<T | undefined> {
  return or(decoder, undefined);
}

export function list<T>(item: Decoder<T>): Decoder<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new DecodeFailure(path, 'a list', value);
    return value.map((element, index) => item(element, `${path}[${String(index)}]`));
  };
}

/** An object with any keys. */
export function dictionary<T>(item: Decoder<T>): Decoder<Readonly<Record<string, T>>> {
  return (value, path) => {
    const source = record(value, path);
    // fromEntries defines own properties, so a key called `__proto__` stays a key
    return Object.fromEntries(Object.keys(source).map((key) => [key, item(source[key], `${path}.${key}`)]));
  };
}

/** An object with these fields; others are dropped. A field whose decoder gives `undefined` is left out. */
export function shape<T extends object>(fields: {
  readonly [Key in keyof T]-?: Decoder<T[Key] | undefined>;
}): Decoder<T> {
  const keys = Object.keys(fields) as (keyof T & string)[];
  return (value, path) => {
    const source = record(value, path);
    const result: Partial<T> = {};
    for (const key of keys) {
      const field = fields[key](source[key], path === '' ? key : `${path}.${key}`);
      if (field !== undefined) result[key] = field;
    }
    return result as T;
  };
}

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DecodeFailure(path === '' ? 'the answer' : path, 'an object', value);
  }
  return value as Record<string, unknown>;
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${JSON.stringify(value).slice(0, 80)}`;
}
