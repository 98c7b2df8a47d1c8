import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from './checkout.mjs';
import { takeLock } from './lock.mjs';

/**
 * Two commands must not install or compile into the same folders at the same time.
 *
 * @template T
 * @param {{ what: string, say: (line: string) => void, signal: AbortSignal }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function aloneInWorkspace({ what, say, signal }, work) {
  const release = await takeLock('workspace', {
    what,
    signal,
    onWait: (holder) => say(`waiting for process ${holder.pid} (${holder.what})`),
  });
  try {
    return await work();
  } finally {
    await release();
  }
}

/** @returns {Promise<Record<string, string>>} the scripts of the root's package.json */
export async function workspaceScripts() {
  return JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')).scripts;
}
