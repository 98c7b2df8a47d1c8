import { connect, createServer } from 'node:net';
import { checkoutName } from './checkout.mjs';

/**
 * A lock of this checkout, held while a process listens on an abstract unix socket. The kernel frees
 * it when the process ends in whatever way, so there is no stale lock file to judge, and who waits is
 * woken by the connection's end instead of looking again and again.
 *
 * @typedef {{ pid: number, what: string }} LockHolder
 */

/**
 * Takes the lock, after whoever holds it.
 *
 * @param {string} name
 * @param {{ what: string, onWait?: (holder: LockHolder) => void, signal?: AbortSignal }} options
 *   `what` tells others who holds it; `onWait` is called once if somebody else does.
 * @returns {Promise<() => Promise<void>>} releases the lock
 */
export async function takeLock(name, { what, onWait, signal }) {
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    const release = await tryLock(name, what);
    if (release !== undefined) return release;
    await untilFreed(name, signal, (holder) => {
      if (!told) onWait?.(holder);
      told = true;
    });
  }
}

/**
 * Takes the lock if it is free.
 *
 * @param {string} name
 * @param {string} what
 * @returns {Promise<(() => Promise<void>) | undefined>}
 */
export function tryLock(name, what) {
  return new Promise((resolve, reject) => {
    /** @type {Set<import('node:net').Socket>} */
    const waiting = new Set();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => waiting.delete(socket));
      socket.write(`${JSON.stringify({ pid: process.pid, what })}\n`);
      // Somebody who waits keeps nobody alive.
      socket.unref();
    });
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(socketName(name), () => {
      server.unref();
      resolve(
        () =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of waiting) socket.destroy();
          }),
      );
    });
  });
}

/**
 * @param {string} name
 * @param {AbortSignal | undefined} signal
 * @param {(holder: LockHolder) => void} onHolder
 * @returns {Promise<void>}
 */
function untilFreed(name, signal, onHolder) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = connect(socketName(name));
    const onAbort = () => {
      socket.destroy();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.on('data', (/** @type {Buffer} */ line) => {
      try {
        onHolder(JSON.parse(line.toString()));
      } catch {
        // The holder ended in the middle of its line: the lock is about to be free.
      }
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}

/** @param {string} name */
function socketName(name) {
  return `\0${checkoutName(name)}`;
}
