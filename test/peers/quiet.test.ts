import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerTracker, jobEmitter } from '@docker-tracker/tracker';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exiting, inParallel, rejection, Rig, sleeping, template } from './rig.js';

const HANDLED = [
  'unhandledRejection',
  'uncaughtException',
  'warning',
  'exit',
  'SIGINT',
  'SIGTERM',
  'beforeExit',
] as const;

describe('a whole session', () => {
  const written: string[] = [];
  const warned: unknown[] = [];
  const onTrouble = (trouble: unknown): void => void warned.push(trouble);

  beforeEach(() => {
    written.length = 0;
    warned.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        written.push(String(chunk));
        return true;
      });
    }
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
      vi.spyOn(console, method).mockImplementation((...words) => void written.push(words.join(' ')));
    process.on('warning', onTrouble);
    process.on('unhandledRejection', onTrouble);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.off('warning', onTrouble);
    process.off('unhandledRejection', onTrouble);
  });

  it('F25: prints nothing and installs nothing, whether it succeeds or fails', async () => {
    const handlers = handlerCounts();
    {
      await using rig = await Rig.open();
      await successes(rig);
      await failures(rig);
      await drops(rig);
    }
    await rejection(DockerTracker.open({ session: 's', host: 'unix:///tmp/docker-tracker-no-such-engine.sock' }));
    expect(handlerCounts()).toEqual(handlers);
    expect([written, warned]).toEqual([[], []]);
  });

  it('F25: takes one AbortSignal for 100 calls without a warning', async () => {
    await using rig = await Rig.open();
    const stop = new AbortController();
    const ids = await inParallel(Array.from({ length: 100 }), 50, () =>
      rig.tracker.addJob(sleeping(), { signal: stop.signal }),
    );
    const waits = ids.map((id) => rejection(rig.tracker.wait(id, ['Done'], { signal: stop.signal })));
    stop.abort(new Error('enough'));
    expect((await Promise.all(waits)).map(({ message }) => message)).toEqual(ids.map(() => 'enough'));
    expect([written, warned]).toEqual([[], []]);
  });
});

async function successes({ tracker, fake }: Rig): Promise<void> {
  const emitter = jobEmitter(tracker);
  emitter.on('done', () => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'quiet-'));
  const outputPath = join(folder, 'out');
  const { id, ended } = await tracker.run(template(['echo', 'hello'], { outputPath }));
  await ended;
  expect(await readFile(outputPath, 'utf8')).toBe('hello\n');
  await tracker.deleteJob(id);
  const other = await tracker.addJob(sleeping());
  await tracker.jobControl(other, 'suspend');
  await tracker.jobControl(other, 'resume');
  await fake.exit(other, 0);
  await rm(folder, { recursive: true });
}

async function failures({ tracker, fake }: Rig): Promise<void> {
  await rejection(tracker.addJob({ ...sleeping(), jobCategory: 'no-such:1' }));
  await rejection(tracker.addJob(template(['no-such-command'])));
  await rejection(tracker.wait('unknown', ['Done']));
  await rejection(tracker.wait(await tracker.addJob(sleeping()), ['Done'], { timeoutMs: 1 }));
  // nobody looks at the end of these
  await tracker.run(exiting(1));
  const lost = await tracker.run(sleeping());
  await fake.jobs.forget(lost.id);
  tracker.transitions$.subscribe();
}

async function drops(rig: Rig): Promise<void> {
  for (const drop of [
    () => {
      rig.fake.cutStreams();
    },
    () => {
      rig.fake.garble();
    },
    () => {
      rig.fake.endStreams();
    },
    () => {
      rig.fake.cutAll();
    },
  ]) {
    const healed = rig.nextLive();
    drop();
    await healed;
  }
  const healed = rig.nextLive();
  await rig.fake.restart();
  await healed;
}

function handlerCounts(): readonly number[] {
  return HANDLED.map((event) => process.listenerCount(event));
}
