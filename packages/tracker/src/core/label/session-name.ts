import { badValue } from '../template/refusal.js';

/** Longer than any name that people read; the value rides on every event of every job. */
export const MAX_SESSION_NAME_LENGTH = 200;

/**
 * @throws {Drmaa2Error} InvalidArgument: not a text, a control character, a lone surrogate, more than 200 characters.
 * The empty name is a session like any other, as in the Go tracker.
 */
export function checkSessionName(session: unknown): asserts session is string {
  if (typeof session === 'string' && session.length <= MAX_SESSION_NAME_LENGTH && !/[\p{Cc}\p{Cs}]/u.test(session))
    return;
  throw badValue(
    'session',
    session,
    `a text of at most ${String(MAX_SESSION_NAME_LENGTH)} characters, no control characters`,
  );
}
