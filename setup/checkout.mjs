import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this checkout, without symbolic links, so that every way to it gives the same lock. */
export const checkout = realpathSync(fileURLToPath(new URL('..', import.meta.url)));

/** Everything that the set-up writes on disk: downloaded packages and the data of private engines. */
export const privateFolder = join(checkout, '.private-engine');

const checkoutKey = shortHash(checkout);

/** The name under which this checkout's locks, sockets and cgroups are found. */
export function checkoutName(/** @type {string | undefined} */ suffix) {
  return suffix === undefined ? `dt-${checkoutKey}` : `dt-${checkoutKey}-${suffix}`;
}

/** @param {string} text */
export function shortHash(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
