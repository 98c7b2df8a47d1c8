import { readFile } from 'node:fs/promises';

// The run-time dependencies of the library packages. Exit code 1 if there is one that is not allowed.

const LIBRARIES = ['drmaa2', 'engine-client', 'tracker'];
const ALLOWED = ['undici', 'rxjs', 'eventemitter3'];

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const found = new Set<string>();
for (const library of LIBRARIES) {
  const text = await readFile(new URL(`../../packages/${library}/package.json`, import.meta.url), 'utf8');
  const { name, dependencies = {} } = JSON.parse(text) as Manifest;
  const outside = Object.keys(dependencies).filter((dependency) => !dependency.startsWith('@docker-tracker/'));
  for (const dependency of outside) found.add(dependency);
  console.log(`${name}: ${Object.keys(dependencies).join(', ') || 'none'}`);
}
console.log(`from outside: ${[...found].sort().join(', ')} (rxjs brings tslib)`);
if ([...found].some((dependency) => !ALLOWED.includes(dependency))) {
  console.log(`allowed: ${ALLOWED.join(', ')}`);
  process.exitCode = 1;
}
