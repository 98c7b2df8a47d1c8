import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from './checkout.mjs';
import { runCommand } from './run-command.mjs';

const pnpm = 'pnpm@10.34.9';
const stampFile = join(checkout, 'node_modules', '.installed-packages');

/**
 * Installs what pnpm-lock.yaml says, unless that is what is installed. pnpm comes through npx: corepack
 * is not on every system, and nothing is installed outside the checkout.
 *
 * @param {{ say: (line: string) => void, signal: AbortSignal }} options
 */
export async function installPackages({ say, signal }) {
  const wanted = await manifestHash();
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === wanted) return;
  say('installing packages');
  const { code, output } = await runCommand(
    'npx',
    ['--yes', pnpm, 'install', '--frozen-lockfile', '--prefer-offline'],
    // Without a terminal pnpm would not ask before it replaces a node_modules of another layout, but fail.
    { cwd: checkout, env: { ...process.env, CI: 'true' }, signal },
  );
  if (code !== 0) {
    throw new Error(
      `${output}\ninstalling packages failed: after a change of a package.json, run \`npx ${pnpm} install\``,
    );
  }
  await writeFile(stampFile, wanted);
}

/**
 * What `pnpm audit` says in JSON about the packages of pnpm-lock.yaml; where the registry does not answer, that in its words.
 *
 * @param {AbortSignal} signal
 */
export async function auditPackages(signal) {
  const { stdout, output } = await runCommand('npx', ['--yes', pnpm, 'audit', '--json'], { cwd: checkout, signal });
  return stdout.length > 0 ? stdout.toString() : output;
}

/** Of all that decides what is installed: the lock file and each package.json. */
async function manifestHash() {
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', ...(await packageManifests('', 2))];
  const hash = createHash('sha256').update(process.version);
  for (const file of files.sort()) {
    const content = await readFile(join(checkout, file)).catch(() => '');
    hash.update(`${file}\n`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @param {number} depth how far below it packages may lie
 * @returns {Promise<string[]>}
 */
async function packageManifests(folder, depth) {
  const entries = await readdir(join(checkout, folder), { withFileTypes: true });
  const here = entries.some(({ name }) => name === 'package.json') ? [join(folder, 'package.json')] : [];
  if (depth === 0) return here;
  const folders = entries.filter((e) => e.isDirectory() && e.name !== 'node_modules' && !e.name.startsWith('.'));
  const below = folders.map(({ name }) => packageManifests(join(folder, name), depth - 1));
  return [...here, ...(await Promise.all(below)).flat()];
}
