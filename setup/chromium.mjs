import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { privateFolder } from './checkout.mjs';
import { debianPackages } from './debian-packages.mjs';
import { Refusal } from './refusal.mjs';

/** Names of the program, the one made for this first. */
const programs = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/**
 * The program with which tests, benchmarks and screenshots show a page: the one named by `DOCKER_TRACKER_CHROMIUM`, an
 * installed one, or Debian's, unpacked into a folder of this checkout with the libraries and fonts that the system lacks.
 *
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>} its path
 */
export async function findChromium(say = () => {}) {
  const named = process.env['DOCKER_TRACKER_CHROMIUM'];
  if (named !== undefined && named !== '') return named;
  const installed = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => programs.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  return installed ?? unpackedChromium(await debianPackages('chromium', say));
}

/**
 * A script that starts the unpacked program with its own libraries and fonts.
 *
 * @param {string} root
 */
async function unpackedChromium(root) {
  // Debian's own script in bin/ looks for its folder below /usr.
  const program = programs.map((name) => join(root, 'usr/lib/chromium', name)).find((path) => existsSync(path));
  if (program === undefined) throw new Refusal(`no Chromium in ${root}: remove that folder to have it fetched again`);
  const libraries = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
    .flatMap((triplet) => [triplet, `${triplet}/pulseaudio`])
    .flatMap((folder) => [join(root, 'usr/lib', folder), join(root, 'lib', folder)])
    .filter((folder) => existsSync(folder));
  const folder = join(privateFolder, 'chromium');
  await mkdir(folder, { recursive: true });
  const script = join(folder, 'chromium');
  const environment = `LD_LIBRARY_PATH='${libraries.join(delimiter)}' FONTCONFIG_FILE='${await fontConfiguration(root, folder)}'`;
  await writeWhole(script, `#!/bin/sh\n${environment} exec '${program}' "$@"\n`, 0o755);
  return script;
}

/**
 * Another process may be reading the old one.
 *
 * @param {string} path
 * @param {string} text
 * @param {number} mode
 */
async function writeWhole(path, text, mode) {
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, text, { mode });
  await rename(fresh, path);
}

/**
 * Fontconfig knows only the system's folders.
 *
 * @param {string} root
 * @param {string} folder
 */
async function fontConfiguration(root, folder) {
  const path = join(folder, 'fonts.conf');
  const alias = (/** @type {string} */ family, /** @type {string} */ font) =>
    `<alias binding="strong"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  await writeWhole(
    path,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>${join(root, 'usr/share/fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(folder, 'font-cache')}</cachedir>
${alias('system-ui', 'Inter')}${alias('sans-serif', 'Inter')}${alias('monospace', 'DejaVu Sans Mono')}
</fontconfig>
`,
    0o644,
  );
  return path;
}
