import { Drmaa2Error } from '@docker-tracker/drmaa2';

/** A shown value is cut here: a message is for people, and a value may be megabytes. */
const SHOWN_CHARACTERS = 80;

/**
 * The refusal of a value: an InvalidArgument that names what was given, the value, and what would be accepted.
 * Never call it with the value of an environment variable: messages are logged, secrets are not.
 */
export function badValue(what: string, value: unknown, accepted: string): Drmaa2Error {
  return new Drmaa2Error('InvalidArgument', `${what} is ${shownValue(value)}; accepted: ${accepted}`);
}

/** The same for a combination of values, or a value that must not be shown. */
export function badArgument(message: string): Drmaa2Error {
  return new Drmaa2Error('InvalidArgument', message);
}

/** A value as a message shows it: texts quoted and cut, objects by their kind only, so that no getter runs. */
export function shownValue(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const cut = value.length > SHOWN_CHARACTERS;
      const text = JSON.stringify(cut ? value.slice(0, SHOWN_CHARACTERS) : value);
      return cut ? `${text} and ${String(value.length - SHOWN_CHARACTERS)} characters more` : text;
    }
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'a list' : 'an object';
    default:
      return `a ${typeof value}`;
  }
}
