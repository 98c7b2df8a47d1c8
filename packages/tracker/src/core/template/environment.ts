import { byCodePoint } from './code-point-order.js';
import { badArgument, shownValue } from './refusal.js';

/**
 * `Config.Env`: `key=value`, sorted by key.
 * @throws {Drmaa2Error} InvalidArgument: a key that is empty or holds `=` or NUL, a value with NUL. Values are never shown.
 */
export function environmentList(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment)
    .sort(([left], [right]) => byCodePoint(left, right))
    .map(([key, value]) => {
      if (key === '' || key.includes('=') || key.includes('\0')) {
        throw badArgument(`jobEnvironment has the key ${shownValue(key)}; accepted: not empty, without = and NUL`);
      }
      if (value.includes('\0'))
        throw badArgument(`jobEnvironment[${shownValue(key)}] holds NUL; accepted: a text without it`);
      return `${key}=${value}`;
    });
}
