import { inspect } from 'node:util';
import { Engine, RegistryCredential } from '@docker-tracker/engine-client';
import { DockerTracker, type JobTemplate } from '@docker-tracker/tracker';
import { expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';

const SECRET = 'SECRET-8f31c2';

it('values of the environment, logins and keys show neither in a tracker nor in what it throws', async () => {
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
  const shown = [...errors, engine, tracker, handle, tracker.snapshot(), await tracker.jobInfo(handle.id)].map(
    (value) => inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
  );
  expect(shown.filter((text) => text.includes(SECRET))).toEqual([]);
  // what is shown on purpose is there: the check itself sees it
  expect(inspect(await tracker.jobTemplate(handle.id))).toContain(SECRET);
  await fake.exit(handle.id, 0);
  await handle.ended;
});
