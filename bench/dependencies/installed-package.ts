import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A package in a `node_modules`, as its manifest describes it. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** What comes along when it is installed: dependencies, optional ones, and peers that are not optional. */
  readonly brings: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export async function installedPackage(folder: string): Promise<InstalledPackage> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest;
  const peers = Object.keys(peerDependencies).filter(
    (peer) => manifest.peerDependenciesMeta?.[peer]?.optional !== true,
  );
  const brings = [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers];
  return { name, version, folder, brings: [...new Set(brings)].sort() };
}

/** Finds a package as Node.js does from a folder: in the nearest `node_modules` that has it. Links are followed, as pnpm's layout needs it. */
export async function packageSeenFrom(folder: string, name: string): Promise<InstalledPackage> {
  for (let place = await realpath(folder); ; place = dirname(place)) {
    const found = await realpath(join(place, 'node_modules', name)).catch(() => undefined);
    if (found !== undefined) return installedPackage(found);
    if (dirname(place) === place) throw new Error(`${name} is not installed for ${folder}`);
  }
}
