import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** A request that is not answered, and why, in words for whoever sent it. */
export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What a control is guarded by; printed once, in the dashboard's URL. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * Refuses requests that some other web site made a browser send. A name that its owner pointed at this address (DNS
 * rebinding) shows in `Host`: only addresses, localhost and the name that was listened on are answered.
 */
export function refuseForeign(request: IncomingMessage, ownHost: string): Refused | undefined {
  const { host } = request.headers;
  const name = hostnameOf(host);
  if (name === undefined || !(isIP(name) !== 0 || name === 'localhost' || name === ownHost.toLowerCase()))
    return {
      status: 421,
      code: 'ForeignHost',
      message: `this dashboard does not answer to the host ${JSON.stringify(host ?? '')}: open it by its address, by localhost or by ${ownHost}`,
    };
  // Sent by browsers alone; a link to the page itself is harmless.
  if (request.headers['sec-fetch-site'] === 'cross-site' && request.headers['sec-fetch-mode'] !== 'navigate')
    return { status: 403, code: 'ForeignOrigin', message: 'another site may not read this dashboard' };
  return undefined;
}

/** Refuses what is no path: `*`, which stands for the server itself, and the address of a server, which a proxy is asked for. */
export function refuseMalformed({ url = '' }: IncomingMessage): Refused | undefined {
  if (url.startsWith('/')) return undefined;
  return {
    status: 400,
    code: 'BadTarget',
    message: `${JSON.stringify(url)} is no path of this dashboard: ask for one that begins with /`,
  };
}

/** Refuses a control that was not sent by this dashboard's own page, or without its token. */
export function refuseControl(request: IncomingMessage, token: string | undefined): Refused | undefined {
  if (token === undefined)
    return {
      status: 403,
      code: 'ReadOnly',
      message: 'this dashboard is read-only: start it with control on to control jobs',
    };
  const { origin, host } = request.headers;
  if (origin !== `http://${host ?? ''}` && origin !== `https://${host ?? ''}`)
    return {
      status: 403,
      code: 'ForeignOrigin',
      message: `a control must come from this dashboard's own page, not from ${JSON.stringify(origin ?? '')}`,
    };
  if (!hasToken(request, token))
    return {
      status: 401,
      code: 'BadToken',
      message: 'the token is missing or wrong: open the dashboard by the URL that was printed at its start',
    };
  return undefined;
}

/** Whether a request shows the token, as `Authorization: Bearer TOKEN`. Takes the same time whatever was sent. */
export function hasToken(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return false;
  const sent = request.headers.authorization ?? '';
  return timingSafeEqual(digest(sent), digest(`Bearer ${token}`));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The name or address in a `Host` header, without port and brackets. */
function hostnameOf(host: string | undefined): string | undefined {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  return (bracketed ?? plain)?.toLowerCase();
}
