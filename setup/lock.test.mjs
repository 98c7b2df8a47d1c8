import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { takeLock, tryLock } from './lock.mjs';

const name = `lock-test-${process.pid}`;

test('a lock is held by one at a time, and who waits is told who holds it', async () => {
  const release = await takeLock(name, { what: 'the first' });
  expect(await tryLock(name, 'a second')).toBeUndefined();
  /** @type {Promise<() => Promise<void>> | undefined} */
  let second;
  const holder = await new Promise((onWait) => (second = takeLock(name, { what: 'a second', onWait })));
  expect(holder).toEqual({ pid: process.pid, what: 'the first' });
  await release();
  await (
    await second
  )?.();
});

test('a lock is free again when its holder is killed', async () => {
  const script = `import(${JSON.stringify(fileURLToPath(new URL('lock.mjs', import.meta.url)))})
    .then(({ takeLock }) => takeLock(${JSON.stringify(name)}, { what: 'a child' }))
    .then(() => { console.log('held'); setInterval(() => {}, 1000); })`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(await tryLock(name, 'here')).toBeUndefined();
  const waiting = takeLock(name, { what: 'here' });
  child.kill('SIGKILL');
  await (
    await waiting
  )();
});

test('the wait for a lock can be given up', async () => {
  const release = await takeLock(name, { what: 'the first' });
  const controller = new AbortController();
  const waiting = takeLock(name, { what: 'a second', signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await release();
});
