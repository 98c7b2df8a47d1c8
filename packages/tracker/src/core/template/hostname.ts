/** Linux holds 64 bytes. */
const HOSTNAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?$/;

/** The accepted form, for refusals. */
export const HOSTNAME_FORM = 'a hostname of at most 64 letters, digits, dots, _ and -';

export function isHostname(text: string): boolean {
  return HOSTNAME.test(text);
}
