/** True for a POSIX path from the root: engines with Linux containers take no other. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/');
}

/**
 * A path of the submitting host made absolute and free of `.`, `..` and doubled slashes, like Go's `filepath.Abs`.
 * @param directory - absolute; a relative path starts there. `..` at the root stays at the root.
 */
export function resolveHostPath(path: string, directory: string): string {
  return `/${steps(isAbsolutePath(path) ? path : `${directory}/${path}`, true).join('/')}`;
}

/** The same without a start directory: equal results mean equal files, as long as no symbolic link is involved. */
export function normalizePath(path: string): string {
  const absolute = isAbsolutePath(path);
  return `${absolute ? '/' : ''}${steps(path, absolute).join('/')}`;
}

function steps(path: string, absolute: boolean): string[] {
  const kept: string[] = [];
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') kept.push(step);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!absolute) kept.push(step);
  }
  return kept;
}
