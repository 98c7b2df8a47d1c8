export type StagePath = { readonly parts: readonly string[] } | { readonly refused: string };

/**
 * Where an entry of an archive of one path belongs, below that path's target: its parts behind the first, which names the path
 * itself. A name that leads elsewhere is refused, whatever it would come to once it is resolved.
 */
export function stagePath(name: string): StagePath {
  if (name.includes('\0')) return { refused: 'its name holds a NUL' };
  if (name.startsWith('/')) return { refused: 'its name is absolute' };
  const [root, ...parts] = name.split('/').filter((part) => part !== '' && part !== '.');
  if (root === undefined) return { refused: 'it has no name' };
  if ([root, ...parts].includes('..')) return { refused: 'its name leads out of the archive' };
  return { parts };
}

/**
 * Whether a symbolic link at that place points to something below the target. `..` may only come first: behind a name, which may be
 * a link itself, it would lead elsewhere than the text says.
 */
export function pointsInside(parts: readonly string[], linkName: string): boolean {
  if (parts.length === 0 || linkName === '' || linkName.includes('\0') || linkName.startsWith('/')) return false;
  const steps = linkName.split('/').filter((step) => step !== '' && step !== '.');
  const ups = steps.findIndex((step) => step !== '..');
  const leading = ups < 0 ? steps.length : ups;
  return leading < parts.length && !steps.slice(leading).includes('..');
}
