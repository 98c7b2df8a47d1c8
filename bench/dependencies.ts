import { fileURLToPath } from 'node:url';
import { installedPackage, packageSeenFrom, type InstalledPackage } from './dependencies/installed-package.js';

// The run-time dependencies of the library packages, and what those bring along, out of what is installed. Exit code 1
// if there is one that is not allowed.

const LIBRARIES = ['drmaa2', 'engine-client', 'tracker'];
const ALLOWED = ['eventemitter3', 'rxjs', 'undici'];
/** Not ours to choose: brought by the package that is named. */
const ALLOWED_BROUGHT: Readonly<Record<string, string>> = { tslib: 'rxjs' };
const HOUSE = '@docker-tracker/';

/** Each package from outside with those that bring it. */
const found = new Map<string, { readonly version: string; readonly by: Set<string> }>();

for (const library of LIBRARIES) {
  const one = await installedPackage(fileURLToPath(new URL(`../../packages/${library}`, import.meta.url)));
  console.log(`${one.name}: ${one.brings.join(', ') || 'none'}`);
  await follow(one);
}
console.log('\nfrom outside:');
for (const [name, { version, by }] of [...found].sort()) {
  const good = isAllowed(name, by);
  if (!good) process.exitCode = 1;
  console.log(`  ${name} ${version}, brought by ${[...by].sort().join(', ')}${good ? '' : ': NOT ALLOWED'}`);
}

async function follow(one: InstalledPackage): Promise<void> {
  for (const name of one.brings) {
    const brought = await packageSeenFrom(one.folder, name);
    // The house's own are followed too, so that none is forgotten in the list above.
    const known = found.get(name);
    if (!name.startsWith(HOUSE)) {
      if (known) known.by.add(one.name);
      else found.set(name, { version: brought.version, by: new Set([one.name]) });
    }
    if (!known) await follow(brought);
  }
}

function isAllowed(name: string, by: ReadonlySet<string>): boolean {
  if (ALLOWED.includes(name)) return true;
  return [...by].every((bringer) => ALLOWED_BROUGHT[name] === bringer);
}
