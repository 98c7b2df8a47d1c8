import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { Engine, ENGINE_REQUEST_CHANNEL, RegistryCredential } from '@docker-tracker/engine-client';
import { DockerMonitor } from '@docker-tracker/monitor';
import {
  DockerTracker,
  EVENT_ARRIVED_CHANNEL,
  STREAM_OPENED_CHANNEL,
  VIEW_SYNCED_CHANNEL,
  type JobTemplate,
} from '@docker-tracker/tracker';
import { expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';

const SECRET = 'SECRET-8f31c2';

/** All that a process can listen to. */
const CHANNELS = [
  ...['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((step) => `tracing:${ENGINE_REQUEST_CHANNEL}:${step}`),
  STREAM_OPENED_CHANNEL,
  VIEW_SYNCED_CHANNEL,
  EVENT_ARRIVED_CHANNEL,
];

it('values of the environment, logins and keys show neither in a tracker or a monitor, nor in what they throw or tell', async () => {
  const told: unknown[] = [];
  const listen = (message: unknown): number => told.push(message);
  for (const channel of CHANNELS) subscribe(channel, listen);
  await using fake = await FakeEngine.start();
  await using engine = await Engine.connect({ host: fake.host, tls: { key: SECRET } });
  await using tracker = await DockerTracker.open({
    session: 'secrets',
    engine,
    network: 'none',
    registryCredentials: (registry) => Promise.resolve(new RegistryCredential(registry, { password: SECRET })),
  });
  const job = { jobCategory: 'busybox:latest', remoteCommand: 'sleep', args: ['600'] };
  const wrong: readonly JobTemplate[] = [
    { ...job, jobEnvironment: { A: `${SECRET}\0` } },
    { ...job, jobEnvironment: { 'A=B': SECRET } },
    { ...job, jobEnvironment: { A: `${SECRET}\ud800` } },
    { ...job, jobEnvironment: { A: SECRET.repeat(30_000) } },
    { ...job, jobEnvironment: [SECRET] as never },
    { ...job, jobEnvironment: { A: [SECRET] as never } },
    { ...job, jobEnvironment: { A: SECRET }, jobCategory: 'not-there' },
    { ...job, jobEnvironment: { A: SECRET }, remoteCommand: 'not-there' },
    { ...job, jobEnvironment: { A: SECRET }, jobCategory: 'not-there', extensionList: { pull: 'missing' } },
    { ...job, jobEnvironment: { A: SECRET }, extensionList: { restart: 'maybe' } },
  ];
  const errors = await Promise.all(
    wrong.map((template) =>
      tracker.addJob(template).then(
        () => expect.unreachable('it was expected to be refused'),
        (error: unknown) => error,
      ),
    ),
  );
  const handle = await tracker.run({ ...job, jobEnvironment: { A: SECRET } });
  await using monitor = await DockerMonitor.open({ engine });
  const errorsOfMonitor = await monitor.jobInfo('unknown').catch((error: unknown) => error);
  const ofTracker = [engine, tracker, handle, tracker.snapshot(), await tracker.jobInfo(handle.id)];
  const ofMonitor = [
    monitor,
    errorsOfMonitor,
    monitor.snapshot(),
    await monitor.getAllJobs(),
    monitor.timeline(handle.id),
  ];
  for (const channel of CHANNELS) unsubscribe(channel, listen);
  expect(told.length).toBeGreaterThan(10);
  const shown = [...errors, ...ofTracker, ...ofMonitor, ...told].map((value) =>
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
  );
  expect(shown.filter((text) => text.includes(SECRET))).toEqual([]);
  // what is shown on purpose is there: the check itself sees it
  expect(inspect(await tracker.jobTemplate(handle.id))).toContain(SECRET);
  await fake.exit(handle.id, 0);
  await handle.ended;
});
