import { compareApiVersions, type EngineProfile } from '../engine-profile.js';
import { json, text } from './answers.js';

export interface VersionedPath {
  readonly apiVersion: string;
  readonly route: string;
}

/** Splits `/v1.41/containers/json`; without a version the engine speaks its newest. */
export function splitVersion(profile: EngineProfile, pathname: string): VersionedPath {
  const match = /^\/v(\d+\.\d+)(\/.*)$/.exec(pathname);
  if (match === null) return { apiVersion: profile.apiVersion, route: pathname };
  return { apiVersion: match[1] ?? '', route: match[2] ?? '/' };
}

/** The refusal of a client outside the engine's range, as recorded; undefined when it may go on. */
export function refuseVersion(profile: EngineProfile, apiVersion: string): Response | undefined {
  if (compareApiVersions(apiVersion, profile.apiVersion) > 0)
    return json(
      { message: `client version ${apiVersion} is too new. Maximum supported API version is ${profile.apiVersion}` },
      400,
    );
  if (compareApiVersions(apiVersion, profile.minApiVersion) >= 0) return undefined;
  const message =
    `client version ${apiVersion} is too old. Minimum supported API version is ${profile.minApiVersion}, ` +
    'please upgrade your client to a newer version';
  // below 1.24 errors were plain text; 26.1 answers JSON all the same
  if (compareApiVersions(apiVersion, '1.24') >= 0 || profile.name === '26.1') return json({ message }, 400);
  const answer = text(`${message}\n`, 'text/plain; charset=utf-8', 400);
  answer.headers.set('x-content-type-options', 'nosniff');
  return answer;
}
