import { randomBytes } from 'node:crypto';
import { link, lstat, mkdir, open, rename, rm, symlink, type FileHandle } from 'node:fs/promises';
import { readTar, type TarEntry, type TarLimits } from '../archive/read-tar.js';
import { TarError } from '../archive/tar-error.js';
import { pointsInside, stagePath } from '../core/template/stage-path.js';

/**
 * Unpacks the archive of one path of a container to a path of this host. Nothing is written anywhere else, whatever the archive
 * says: the container's content is a stranger's. Names that lead elsewhere, links that point elsewhere, devices and FIFOs end it;
 * links are made last, so nothing is written through one, and none that lies there already is followed.
 * Files appear whole: each is written under another name first. Owner is this process' user; setuid, setgid and sticky bits go.
 *
 * @throws {TarError} for such an archive; else what the file system says.
 */
export async function unpack(chunks: AsyncIterable<Uint8Array>, target: string, limits?: TarLimits): Promise<void> {
  const place = new UnpackPlace(target);
  let empty = true;
  for await (const entry of readTar(chunks, limits)) {
    empty = false;
    await place.add(entry);
  }
  if (empty) throw new TarError('the archive is empty');
  await place.makeLinks();
}

interface Link {
  readonly entry: TarEntry;
  readonly parts: readonly string[];
}

class UnpackPlace {
  readonly #target: string;
  readonly #files = new Set<string>();
  readonly #links: Link[] = [];

  constructor(target: string) {
    this.#target = target;
  }

  async add(entry: TarEntry): Promise<void> {
    const place = stagePath(entry.name);
    if ('refused' in place) throw refused(entry, place.refused);
    const { parts } = place;
    switch (entry.kind) {
      case 'directory':
        await this.#makeFolders(parts, entry);
        break;
      case 'file':
        await this.#makeFolders(parts.slice(0, -1), entry, parts.length > 0);
        await writeWhole(this.#pathOf(parts), entry);
        this.#files.add(parts.join('/'));
        break;
      case 'symlink':
        if (!pointsInside(parts, entry.linkName)) {
          throw refused(entry, `it is a link to ${JSON.stringify(entry.linkName)}, outside`);
        }
        this.#links.push({ entry, parts });
        break;
      case 'hardlink':
        await this.#linkFile(entry, parts);
        break;
      case 'other':
        throw refused(entry, 'it is no file, folder or link');
    }
  }

  async makeLinks(): Promise<void> {
    for (const { entry, parts } of this.#links) {
      await this.#makeFolders(parts.slice(0, -1), entry, parts.length > 0);
      const path = this.#pathOf(parts);
      await inPlace(path, entry, (draft) => symlink(entry.linkName, draft));
    }
  }

  /** One more name of a file that came before in this archive. */
  async #linkFile(entry: TarEntry, parts: readonly string[]): Promise<void> {
    const other = stagePath(entry.linkName);
    if ('refused' in other || !this.#files.has(other.parts.join('/'))) {
      throw refused(entry, `it is a link to ${JSON.stringify(entry.linkName)}, which is no file of the archive`);
    }
    await this.#makeFolders(parts.slice(0, -1), entry, parts.length > 0);
    await inPlace(this.#pathOf(parts), entry, (draft) => link(this.#pathOf(other.parts), draft));
    this.#files.add(parts.join('/'));
  }

  /** The target and the folders below it; what is there already must be folders, not links to some. */
  async #makeFolders(parts: readonly string[], entry: TarEntry, withTarget = true): Promise<void> {
    if (!withTarget) return;
    for (let depth = 0; depth <= parts.length; depth += 1) {
      const path = this.#pathOf(parts.slice(0, depth));
      const present = await lstat(path).catch(() => undefined);
      if (present?.isDirectory() === true) continue;
      if (present) throw refused(entry, `${path} is there and no folder`);
      const isEntry = entry.kind === 'directory' && depth === parts.length;
      await mkdir(path, { mode: isEntry ? (entry.mode & 0o777) | 0o700 : 0o777 });
    }
  }

  #pathOf(parts: readonly string[]): string {
    return [this.#target, ...parts].join('/');
  }
}

async function writeWhole(path: string, entry: TarEntry): Promise<void> {
  await inPlace(path, entry, async (draft) => {
    const handle = await open(draft, 'wx', entry.mode & 0o777);
    try {
      await writeContent(handle, entry);
    } finally {
      await handle.close();
    }
  });
}

async function writeContent(handle: FileHandle, entry: TarEntry): Promise<void> {
  for await (const piece of entry.content) {
    for (let written = 0; written < piece.length;) {
      const { bytesWritten } = await handle.write(piece, written);
      written += bytesWritten;
    }
  }
}

/** Made under a name that nobody knows, then renamed: that replaces a file or a link and follows none. */
async function inPlace(path: string, entry: TarEntry, make: (draft: string) => Promise<void>): Promise<void> {
  const present = await lstat(path).catch(() => undefined);
  if (present?.isDirectory() === true) throw refused(entry, `${path} is there and a folder`);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await make(draft);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

function refused(entry: TarEntry, why: string): TarError {
  return new TarError(`the entry ${JSON.stringify(entry.name)} of the archive is refused: ${why}`);
}
