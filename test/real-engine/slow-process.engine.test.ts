import { expect, it } from 'vitest';
import { BlockedConsumer } from '../peers/blocked-consumer.js';
import { said } from './onlooker.js';
import { engineHost, Rig } from './rig.js';

/** An engine emits little more to a reader that stands still: past its channel each operation is held up by 100 ms. */
const EVENTS = 1_500;
const WRITERS = 10;

it(`a process that stands still while the engine emits ${String(EVENTS)} events says that it may have lost some, and heals`, async () => {
  await using rig = await Rig.open();
  const { tracker, engine } = rig;
  const codes = Array.from({ length: WRITERS }, (_, index) => index);
  const [first = '', stopped = '', ...jobs] = await Promise.all([1, 2, ...codes].map((code) => rig.waiter(code)));
  await Promise.all([first, stopped, ...jobs].map((id) => said(tracker, id, 'ready')));
  await using reader = await BlockedConsumer.open({ host: engineHost(), session: rig.session });
  await engine.containers.kill(first, { signal: 'SIGUSR1' });
  await reader.until((told) => told.kind === 'ended');

  // it stands still from here on
  await engine.containers.kill(stopped, { signal: 'SIGSTOP' });
  await Promise.all(
    jobs.map(async (id) => {
      for (let sent = 0; sent < EVENTS / WRITERS; sent += 1) await engine.containers.kill(id, { signal: 'SIGURG' });
      await engine.containers.kill(id, { signal: 'SIGUSR1' });
    }),
  );
  await Promise.all(jobs.map((id) => tracker.wait(id, ['Done', 'Failed'])));
  reader.wake();

  const ended = () => reader.told.filter((told) => told.kind === 'ended');
  await reader.until(() => ended().length === jobs.length + 1 && reader.freshness.at(-1) === 'live');
  expect(reader.freshness).toContain('syncing');
  const meant = [[first, 1], ...jobs.map((id, index) => [id, codes[index]])];
  expect(Object.fromEntries(ended().map(({ id, exitStatus }) => [id, exitStatus]))).toEqual(Object.fromEntries(meant));
  expect(ended().length).toBe(meant.length);
  await reader.until((told) => told.kind === 'suspended' && told.id === stopped);
});
