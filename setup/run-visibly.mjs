import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from './checkout.mjs';
import { killIfAlive } from './leftovers.mjs';

const graceMs = 15_000;

/**
 * Runs a command on this terminal and resolves with its exit code. At an interruption the command is
 * told and waited for: it may have jobs to end.
 *
 * With `wholeGroup`, it and all that it started are ended together: a test runner that is told to end
 * would leave its workers behind. Such a command cannot read from the terminal.
 *
 * @param {string} command
 * @param {readonly string[]} commandArguments
 * @param {{ interruption: AbortSignal, env?: Record<string, string | undefined>, wholeGroup?: boolean }} options
 * @returns {Promise<number>}
 */
export function runVisibly(command, commandArguments, { interruption, env = {}, wholeGroup = false }) {
  interruption.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, {
      cwd: checkout,
      detached: wholeGroup,
      stdio: [wholeGroup ? 'ignore' : 'inherit', 'inherit', 'inherit'],
      env: {
        ...process.env,
        PATH: `${join(checkout, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
        ...env,
      },
    });
    const end = (/** @type {NodeJS.Signals} */ signal) => {
      if (child.pid !== undefined) killIfAlive(wholeGroup ? -child.pid : child.pid, signal);
    };
    /** @type {NodeJS.Timeout | undefined} */
    let grace;
    const onInterruption = () => {
      const { signal } = interruption.reason;
      if (wholeGroup) end('SIGTERM');
      // Ctrl-C on a terminal has reached the child already.
      else if (!(signal === 'SIGINT' && process.stdin.isTTY)) end(signal);
      grace = setTimeout(() => end('SIGKILL'), graceMs);
    };
    interruption.addEventListener('abort', onInterruption);
    const settle = () => {
      interruption.removeEventListener('abort', onInterruption);
      clearTimeout(grace);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('exit', (code) => {
      settle();
      if (wholeGroup) end('SIGKILL');
      if (interruption.aborted) reject(interruption.reason);
      else resolve(code ?? 1);
    });
  });
}

/**
 * The same, for a script of package.json, without the words that npm puts around it.
 *
 * @param {string} script its text
 * @param {Parameters<typeof runVisibly>[2]} options
 */
export function runScript(script, options) {
  return runVisibly('sh', ['-c', script], { wholeGroup: true, ...options });
}
