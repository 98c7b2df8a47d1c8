import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { privateFolder } from './checkout.mjs';
import { debianPackages } from './debian-packages.mjs';

/** Names of the program, the one made for this first. */
const programs = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/**
 * Where tests and screenshots find a Chromium: the one named by `DOCKER_TRACKER_CHROMIUM`, an installed one, or
 * Debian's, unpacked into a folder of this checkout with the libraries and fonts that the system lacks.
 *
 * @typedef {{ program: string, environment: Record<string, string> }} Chromium
 *
 * @param {(line: string) => void} [say]
 * @returns {Promise<Chromium>}
 */
export async function findChromium(say = () => {}) {
  const named = process.env['DOCKER_TRACKER_CHROMIUM'];
  if (named !== undefined && named !== '') return { program: named, environment: {} };
  const installed = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => programs.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  if (installed !== undefined) return { program: installed, environment: {} };
  return unpackedChromium(await debianPackages('chromium', say));
}

/**
 * @param {string} root
 * @returns {Promise<Chromium>}
 */
async function unpackedChromium(root) {
  // The script in bin/ looks for its own folder below /usr; the program itself does not.
  const program = programs.map((name) => join(root, 'usr/lib/chromium', name)).find((path) => existsSync(path));
  if (program === undefined) throw new Error(`no Chromium in ${root}: remove the folder to have it fetched again`);
  const libraries = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
    .flatMap((triplet) => [triplet, `${triplet}/pulseaudio`])
    .flatMap((folder) => [join(root, 'usr/lib', folder), join(root, 'lib', folder)])
    .filter((folder) => existsSync(folder));
  return {
    program,
    environment: { LD_LIBRARY_PATH: libraries.join(delimiter), FONTCONFIG_FILE: await fontConfiguration(root) },
  };
}

/**
 * Fontconfig knows only the system's folders.
 *
 * @param {string} root
 */
async function fontConfiguration(root) {
  const folder = join(privateFolder, 'fonts');
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'fonts.conf');
  const alias = (/** @type {string} */ family, /** @type {string} */ font) =>
    `<alias binding="strong"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  await writeFile(
    path,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>${join(root, 'usr/share/fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(folder, 'cache')}</cachedir>
${alias('system-ui', 'Inter')}${alias('sans-serif', 'Inter')}${alias('monospace', 'DejaVu Sans Mono')}
</fontconfig>
`,
  );
  return path;
}
