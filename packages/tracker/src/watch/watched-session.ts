/** Instead of a session's name: all of them. */
export const EVERY_SESSION: unique symbol = Symbol('every session');

/** Whose jobs somebody looks at. */
export type WatchedSession = string | typeof EVERY_SESSION;

/**
 * Which containers a watch is about. `jobs`: those with a session's label. `containers`: every container of the engine;
 * one without that label has the session `''`.
 */
export type WatchScope = 'jobs' | 'containers';

export function isOf(session: WatchedSession, job: { readonly session: string }): boolean {
  return session === EVERY_SESSION || job.session === session;
}
