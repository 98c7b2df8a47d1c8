import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSessionStore } from './file-session-store.js';

let folder = '';
let place = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-store-'));
  place = join(folder, 'below', 'sessions');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the file session store', () => {
  it('remembers sessions for the next process, and forgets them', async () => {
    const store = new FileSessionStore(place);
    expect(await store.list()).toEqual([]);
    expect(await store.find('a')).toBeUndefined();
    expect(await store.remove('a')).toBe(false);
    expect(await store.add({ name: 'a', contact: 'unix:///there' })).toBe(true);
    expect(await store.add({ name: 'a', contact: 'elsewhere' })).toBe(false);
    const other = new FileSessionStore(place);
    expect(await other.find('a')).toEqual({ name: 'a', contact: 'unix:///there' });
    expect(await other.list()).toEqual([{ name: 'a', contact: 'unix:///there' }]);
    expect(await other.remove('a')).toBe(true);
    expect(await store.list()).toEqual([]);
    expect(await readdir(place)).toEqual([]);
  });

  it('takes any name for what it is', async () => {
    const store = new FileSessionStore(place);
    const names = [
      '..',
      '/etc/passwd',
      'a/b',
      'A',
      'a',
      '',
      'ü',
      '\u{1f600}'.repeat(100),
      'line\nbreak',
      '.session.json',
    ];
    for (const name of names) expect(await store.add({ name, contact: name })).toBe(true);
    for (const name of names) expect(await store.find(name)).toEqual({ name, contact: name });
    expect((await store.list()).map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(await readdir(join(folder, 'below'))).toEqual(['sessions']);
  });

  it('is for the eyes of its owner only', async () => {
    await new FileSessionStore(place).add({ name: 'a', contact: 'tcp://user:secret@host' });
    const [file = ''] = await readdir(place);
    expect((await stat(place)).mode & 0o777).toBe(0o700);
    expect((await stat(join(place, file))).mode & 0o777).toBe(0o600);
  });

  it('names the file that is no session, and passes over what a killed process left half-written', async () => {
    const store = new FileSessionStore(place);
    await store.add({ name: 'a', contact: '' });
    const [file = ''] = await readdir(place);
    await writeFile(join(place, '.0123456789abcdef'), '{"name":');
    expect(await store.list()).toHaveLength(1);
    await writeFile(join(place, file), '{"name":');
    await expect(store.list()).rejects.toThrow(file);
    await expect(store.find('a')).rejects.toThrow(file);
    await writeFile(join(place, file), 'null');
    await expect(store.find('a')).rejects.toThrow(file);
    await writeFile(join(place, file), '{"name":1,"contact":""}');
    await expect(store.find('a')).rejects.toThrow(file);
    expect(await store.remove('a')).toBe(true);
  });

  it('fails where the folder is something else, and leaves no draft where it cannot add', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(new FileSessionStore(file).list()).rejects.toThrow('ENOTDIR');
    await expect(new FileSessionStore(file).add({ name: 'a', contact: '' })).rejects.toThrow();
    const store = new FileSessionStore(place);
    await store.add({ name: 'a', contact: '' });
    await store.add({ name: 'a', contact: '' });
    expect((await readdir(place)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('gives a name to one of several processes that add it at the same time', async () => {
    const program = fileURLToPath(new URL('test-support/adding-program.mjs', import.meta.url));
    const children = Array.from({ length: 3 }, () => fork(program, [place], { execArgv: [] }));
    try {
      await Promise.all(children.map((child) => once(child, 'message', { signal: AbortSignal.timeout(30_000) })));
      const answers = children.map(
        async (child) => (await once(child, 'message', { signal: AbortSignal.timeout(30_000) }))[0] as boolean[],
      );
      for (const child of children) child.send('go');
      const added = await Promise.all(answers);
      const winners = added[0]!.map((_, index) => added.filter((each) => each[index]).length);
      expect(winners).toEqual(Array(50).fill(1));
      expect(await new FileSessionStore(place).list()).toHaveLength(50);
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  });
});
