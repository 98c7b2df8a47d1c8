import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionStore, StoredSession } from '../session/session-store.js';

/**
 * Remembers job sessions in a folder: one file a session, for the owner's eyes only (0600, the folder 0700). Any number of processes
 * may share it. There is no lock: the file system makes a name once, and a file appears whole or not at all, also when the process
 * is killed while it writes.
 */
export class FileSessionStore implements SessionStore {
  readonly #folder: string;

  /** @param folder made, with its parents, when the first session is added. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(): Promise<readonly StoredSession[]> {
    const names = await readdir(this.#folder).catch(ifAbsent([]));
    const sessions = await Promise.all(
      names.filter((name) => name.endsWith(SUFFIX)).map((name) => readSession(join(this.#folder, name))),
    );
    // One may have been removed since the folder was read.
    return sessions.filter((session) => session !== undefined);
  }

  find(name: string): Promise<StoredSession | undefined> {
    return readSession(this.#pathOf(name));
  }

  async add({ name, contact }: StoredSession): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const draft = join(this.#folder, `.${randomBytes(8).toString('hex')}`);
    try {
      await writeDurably(draft, `${JSON.stringify({ name, contact })}\n`);
      return await link(draft, this.#pathOf(name)).then(() => true, ifPresent(false));
    } finally {
      await rm(draft, { force: true });
    }
  }

  async remove(name: string): Promise<boolean> {
    return rm(this.#pathOf(name)).then(() => true, ifAbsent(false));
  }

  /** A name may hold what no file's name may, and be longer. */
  #pathOf(name: string): string {
    return join(this.#folder, `${createHash('sha256').update(name).digest('hex')}${SUFFIX}`);
  }
}

const SUFFIX = '.session.json';

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readSession(path: string): Promise<StoredSession | undefined> {
  const text = await readFile(path, 'utf8').catch(ifAbsent(undefined));
  if (text === undefined) return undefined;
  const content = parse(text);
  if (isSession(content)) return { name: content.name, contact: content.contact };
  throw new Error(`${path} is no job session: remove it, or what is in its way`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told by the caller, with the path
  }
}

function isSession(value: unknown): value is StoredSession {
  if (typeof value !== 'object' || value === null) return false;
  const { name, contact } = value as Partial<StoredSession>;
  return typeof name === 'string' && typeof contact === 'string';
}

function ifAbsent<Value>(value: Value): (error: unknown) => Value {
  return ifCode('ENOENT', value);
}

function ifPresent<Value>(value: Value): (error: unknown) => Value {
  return ifCode('EEXIST', value);
}

function ifCode<Value>(code: string, value: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === code) return value;
    throw error;
  };
}
