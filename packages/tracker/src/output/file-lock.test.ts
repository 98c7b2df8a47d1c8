import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileLock, type LockContent } from './file-lock.js';
import { isAlive, thisProcess } from './process-name.js';

async function inFolder(work: (file: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'file-lock-'));
  try {
    await work(join(folder, 'out'), folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A lock of a process that was there and is not any more. */
function left(file: string, more: Partial<LockContent> = {}): Promise<void> {
  const content = { job: 'a', holding: '1', holder: { ...thisProcess(), startedAt: 'never' }, ...more };
  return writeFile(FileLock.pathOf(file), JSON.stringify(content));
}

describe('FileLock', () => {
  it('is held until it is removed', () =>
    inFolder(async (file, folder) => {
      const first = await FileLock.take(file, { job: 'a' });
      expect(first.outcome).toBe('taken');
      expect(await FileLock.take(file, { job: 'b' })).toMatchObject({ outcome: 'held', by: { job: 'a' } });
      if (first.outcome === 'taken') await first.lock.remove();
      expect((await FileLock.take(file, { job: 'b' })).outcome).toBe('taken');
      expect(await readdir(folder)).toEqual(['out.docker-tracker-lock']);
    }));

  it('of a process that has ended goes to exactly one of 50 who ask at once', () =>
    inFolder(async (file, folder) => {
      for (let round = 0; round < 20; round += 1) {
        await left(file, { holding: String(round) });
        const attempts = await Promise.all(Array.from({ length: 50 }, () => FileLock.take(file, { job: 'b' })));
        expect(attempts.filter(({ outcome }) => outcome === 'taken')).toHaveLength(1);
        expect(await readdir(folder)).toEqual(['out.docker-tracker-lock']);
      }
    }));

  it('that was let go of goes to the next who asks', () =>
    inFolder(async (file) => {
      const first = await FileLock.take(file, { job: 'a' });
      if (first.outcome === 'taken') await first.lock.leave();
      expect((await FileLock.take(file, { job: 'a', existing: true })).outcome).toBe('taken');
    }));

  it('is not there to complete for a job whose file is whole, or another job', () =>
    inFolder(async (file, folder) => {
      expect((await FileLock.take(file, { job: 'a', existing: true })).outcome).toBe('absent');
      expect(await readdir(folder)).toEqual([]);
      await left(file);
      expect((await FileLock.take(file, { job: 'b', existing: true })).outcome).toBe('absent');
    }));

  it('leaves alone a file of that name that it did not write', () =>
    inFolder(async (file) => {
      await writeFile(FileLock.pathOf(file), 'mine');
      await expect(FileLock.take(file, { job: 'a' })).rejects.toThrow(/is in the way/);
    }));

  it('tells who waits when it is freed', () =>
    inFolder(async (file) => {
      const first = await FileLock.take(file, { job: 'a' });
      const freed = FileLock.freed(file, 'a');
      if (first.outcome === 'taken') await first.lock.remove();
      await freed;
      await FileLock.freed(file, 'another job');
    }));
});

describe('isAlive', () => {
  it.each([
    ['this process', {}, true],
    ['a later process of the same number', { startedAt: '1' }, false],
    ['a number that nobody has', { pid: 2 ** 22 + 1 }, false],
    ['a process before the last boot', { boot: 'another' }, false],
    ['a process of another host, which cannot be judged', { host: 'another', boot: 'another' }, true],
    ['a process of another namespace, which cannot be judged', { namespace: 'pid:[1]', pid: 2 ** 22 + 1 }, true],
  ])('judges %s', (_what, more, expected) => {
    expect(isAlive({ ...thisProcess(), ...more })).toBe(expected);
  });
});
