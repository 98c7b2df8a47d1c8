import { resolveHostPath } from '../template/host-path.js';

/** Whether a host path is one of those named, or lies below one that ends in `/*`. */
export function isPathAllowed(path: string, allowed: readonly string[] = []): boolean {
  const asked = resolveHostPath(path, '/');
  return allowed.some((entry) => {
    if (!entry.endsWith('/*')) return asked === resolveHostPath(entry, '/');
    const folder = resolveHostPath(entry.slice(0, -1), '/');
    return asked !== folder && asked.startsWith(folder === '/' ? '/' : `${folder}/`);
  });
}

/** The folder above a path that may be mounted for writing, if there is one. */
export function writableAbove(path: string, bindSources: readonly string[] = []): string | undefined {
  const steps = resolveHostPath(path, '/').split('/').slice(1, -1);
  const above = ['/', ...steps.map((_, depth) => `/${steps.slice(0, depth + 1).join('/')}`)];
  return path === '/' ? undefined : above.find((folder) => isPathAllowed(folder, bindSources));
}

/** Whether a key is one of those named, or begins as one that ends in `*`. */
export function isKeyAllowed(key: string, allowed: readonly string[] = []): boolean {
  return allowed.some((entry) => (entry.endsWith('*') ? key.startsWith(entry.slice(0, -1)) : key === entry));
}

const LAST_PART: Readonly<Record<string, RegExp>> = {
  '/': /^[\w.-]+(?::[\w.-]+)?$/,
  ':': /^[\w.-]+$/,
  '@': /^sha256:[0-9a-f]{64}$/,
};

/** Whether an image reference is one of those named; a star stands for one last part and crosses neither `/` nor `@`. */
export function isImageAllowed(reference: string, allowed: readonly string[]): boolean {
  return allowed.some((entry) => {
    const last = entry.endsWith('*') ? LAST_PART[entry.at(-2) ?? ''] : undefined;
    const begin = entry.slice(0, -1);
    if (last === undefined) return reference === entry;
    return reference.startsWith(begin) && last.test(reference.slice(begin.length));
  });
}

/** Capabilities are compared in the engine's spelling. */
export function isCapabilityAllowed(name: string, allowed: readonly string[] = []): boolean {
  const spelt = (text: string): string => text.toUpperCase().replace(/^CAP_/, '');
  return allowed.some((entry) => spelt(entry) === spelt(name));
}
