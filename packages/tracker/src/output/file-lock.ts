import { randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { abortable } from '../watch/cancellation.js';
import { isAlive, thisProcess, type ProcessName } from './process-name.js';

/** What a lock file says: whose output is not complete yet, and who completes it. */
export interface LockContent {
  /** Of the job that the file belongs to: what its dispatch label says. */
  readonly job: string;
  /** Made anew by each holder. */
  readonly holding: string;
  /** Absent: let go of by a tracker that was closed before the job ended. */
  readonly holder?: ProcessName;
}

/** Whom a lock is for: one job's file, to be begun, or to be completed. */
export interface LockRequest {
  readonly job: string;
  /** Only what this job left; a file that is another's by now, or complete, is not touched. Default false. */
  readonly existing?: boolean;
}

export type LockAttempt =
  | { readonly outcome: 'taken'; readonly lock: FileLock }
  /** Somebody alive has it. */
  | { readonly outcome: 'held'; readonly by: LockContent }
  /** Asked for what a job left, and it left nothing. */
  | { readonly outcome: 'absent' };

/**
 * A lock beside a file. It lies there from before a job's file is begun until it is complete, through crashes: so it says as well
 * which job's file is not complete. Who holds a lock and has ended loses it to the first who asks.
 */
export class FileLock {
  /** The lock file of a file. */
  static pathOf(file: string): string {
    return `${file}.docker-tracker-lock`;
  }

  /** @throws what the file system says: the lock file cannot be made, or read. */
  static async take(file: string, request: LockRequest): Promise<LockAttempt> {
    const path = FileLock.pathOf(file);
    for (;;) {
      const present = await readLock(path);
      if (request.existing === true && present?.job !== request.job) return { outcome: 'absent' };
      if (present && isHeld(present)) return { outcome: 'held', by: present };
      const content: LockContent = { job: request.job, holding: newName(), holder: thisProcess() };
      const taken = present ? await replace(path, present, content) : await create(path, content);
      if (taken) return { outcome: 'taken', lock: new FileLock(path, content) };
    }
  }

  /** Resolves when nobody holds the lock of that job's file: complete, let go of, or its holder has ended and told nobody. */
  static async freed(file: string, job: string, signal?: AbortSignal): Promise<void> {
    const path = FileLock.pathOf(file);
    const isFreed = async (): Promise<boolean> => {
      const present = await readLock(path);
      return present?.job !== job || !isHeld(present);
    };
    const changes = changesOf(path);
    try {
      while (!(await isFreed())) await abortable(changes.next(), signal);
    } finally {
      changes.close();
    }
  }

  readonly #path: string;
  readonly #content: LockContent;

  private constructor(path: string, content: LockContent) {
    this.#path = path;
    this.#content = content;
  }

  /** The file is complete, or never will be. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  /** The file is not complete: the next tracker of the session goes on. */
  async leave(): Promise<void> {
    const { job, holding } = this.#content;
    await overwrite(this.#path, { job, holding });
  }
}

/** How often a holder is looked at while somebody waits for it. */
const LIFE_SIGN_MS = 1_000;

function isHeld({ holder }: LockContent): boolean {
  return holder !== undefined && isAlive(holder);
}

async function readLock(path: string): Promise<LockContent | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const content = JSON.parse(text) as Partial<LockContent> | null;
    if (typeof content?.job === 'string' && typeof content.holding === 'string') return content as LockContent;
  } catch {
    // Not ours: whoever wrote it keeps it.
  }
  throw new Error(`${path} is in the way: it is no lock of this program`);
}

/** Written whole elsewhere and linked: nobody sees half a lock, and only one of many succeeds. */
async function create(path: string, content: LockContent): Promise<boolean> {
  const draft = await writeDraft(path, content);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Takes over from a holder that has ended. Two that judge the same stale lock must not remove one another's new one: the right to
 * replace it is a lock of its own, named after the stale one, and it is looked at again before it is replaced.
 */
async function replace(path: string, stale: LockContent, content: LockContent): Promise<boolean> {
  const claim = await FileLock.take(`${path}.${stale.holding}`, { job: content.job });
  if (claim.outcome !== 'taken') return false;
  try {
    if ((await readLock(path))?.holding !== stale.holding) return false;
    await overwrite(path, content);
    return true;
  } finally {
    await claim.lock.remove();
  }
}

async function overwrite(path: string, content: LockContent): Promise<void> {
  await rename(await writeDraft(path, content), path);
}

async function writeDraft(path: string, content: LockContent): Promise<string> {
  const draft = `${path}.${newName()}`;
  await writeFile(draft, `${JSON.stringify(content)}\n`, { flag: 'wx' });
  return draft;
}

/** The moments at which a file may have changed, none forgotten between two looks. */
function changesOf(path: string): { next(): Promise<void>; close(): void } {
  const name = basename(path);
  let changed = false;
  let wake: (() => void) | undefined;
  const tell = (): void => {
    changed = true;
    wake?.();
  };
  const watcher = watch(dirname(path), { persistent: false }, (_event, about) => {
    if (about === null || about === name) tell();
  });
  watcher.on('error', tell);
  // That a holder was killed changes no file, and nothing tells of it.
  const timer = setInterval(tell, LIFE_SIGN_MS);
  return {
    next: async () => {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
    },
    close: () => {
      clearInterval(timer);
      watcher.close();
    },
  };
}

function newName(): string {
  return randomBytes(6).toString('hex');
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
