import { DockerTracker } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';
import './patience.js';
import { CommandProcess } from './command-process.js';

const DAY_MS = 86_400_000;

describe('docker-tracker run --rm --json', () => {
  it('that is killed leaves a job that goes a day after its end, by whoever has the session open', async () => {
    await using fake = await FakeEngine.start();
    using run = new CommandProcess(['run', '--rm', '--json', 'busybox', 'sleep', '600'], {
      session: 'killed',
      environment: { DOCKER_HOST: fake.host },
    });
    await run.says(/"to":"Running"|"state":"Running"/);
    run.process.kill('SIGKILL');
    await run.end;
    await using tracker = await DockerTracker.open({ session: 'killed', host: fake.host });
    const [id = ''] = tracker.listJobs();
    await fake.exit(id, 3);
    await tracker.wait(id, ['Failed']);
    await tracker.close();

    fake.clock.jump(DAY_MS - 60_000);
    await using early = await DockerTracker.open({ session: 'killed', host: fake.host });
    expect(early.listJobs()).toEqual([id]);
    await early.close();

    fake.clock.jump(120_000);
    const gone = fake.nextEvent(({ action }) => action === 'destroy');
    await using late = await DockerTracker.open({ session: 'killed', host: fake.host });
    expect(await gone).toMatchObject({ actorId: id });
    await late.close();
  });

  it('removes a job whose output could not be told to the end', async () => {
    await using fake = await FakeEngine.start();
    fake.fail('GET /containers/*/logs', { message: 'out of order' });
    using run = new CommandProcess(['run', '--rm', '--json', 'busybox', 'true'], {
      session: 'unread',
      environment: { DOCKER_HOST: fake.host },
    });
    expect(await run.end).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('out of order') });
    await using tracker = await DockerTracker.open({ session: 'unread', host: fake.host });
    expect(tracker.listJobs()).toEqual([]);
  });
});
