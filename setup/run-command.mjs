import { spawn } from 'node:child_process';

/**
 * Runs a command without showing its output; the caller shows it where it failed.
 *
 * @param {string} command
 * @param {readonly string[]} commandArguments
 * @param {import('node:child_process').SpawnOptionsWithoutStdio & { input?: string }} [options]
 * @returns {Promise<{ code: number | null, output: string, stdout: Buffer }>}
 */
export function runCommand(command, commandArguments, { input, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, { ...options, stdio: 'pipe' });
    /** @type {Buffer[]} */
    const stdout = [];
    /** @type {Buffer[]} */
    const both = [];
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => (stdout.push(chunk), both.push(chunk)));
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => both.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output: Buffer.concat(both).toString().trim(), stdout: Buffer.concat(stdout) });
    });
    // A child that ends before it read everything is judged by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/**
 * The same, for commands that must succeed.
 *
 * @param {string} command
 * @param {readonly string[]} commandArguments
 * @param {import('node:child_process').SpawnOptionsWithoutStdio & { input?: string }} [options]
 */
export async function runOrThrow(command, commandArguments, options) {
  const result = await runCommand(command, commandArguments, options);
  if (result.code !== 0) {
    throw new Error(`${command} ${commandArguments.join(' ')} failed: ${result.output}`);
  }
  return result;
}
