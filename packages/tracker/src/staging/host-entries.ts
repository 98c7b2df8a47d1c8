import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import type { TarInput } from '../archive/write-tar.js';

/**
 * What a path of this host holds, for an archive in which it is called `name`: a file, or a folder with all that is in it.
 * A symbolic link at the path itself is followed, those below it are links in the archive as well.
 * @throws {Error} there is something that cannot be copied: a device, a socket, a FIFO.
 */
export async function* hostEntries(path: string, name: string): AsyncGenerator<TarInput, void, undefined> {
  yield* entriesOf(path, name, await stat(path));
}

async function* entriesOf(
  path: string,
  name: string,
  facts: Awaited<ReturnType<typeof stat>>,
): AsyncGenerator<TarInput, void, undefined> {
  const common = { name, mode: Number(facts.mode) & 0o777, mtime: Number(facts.mtimeMs) / 1000 };
  if (facts.isFile()) {
    yield { ...common, kind: 'file', size: Number(facts.size), content: () => createReadStream(path) };
  } else if (facts.isSymbolicLink()) {
    yield { ...common, kind: 'symlink', linkName: await readlink(path) };
  } else if (facts.isDirectory()) {
    yield { ...common, kind: 'directory' };
    for (const child of (await readdir(path)).sort()) {
      yield* entriesOf(`${path}/${child}`, `${name}/${child}`, await lstat(`${path}/${child}`));
    }
  } else {
    throw new Error(`${path} cannot be copied: it is no file, folder or symbolic link`);
  }
}
