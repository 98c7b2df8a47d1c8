import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Engine } from '@docker-tracker/engine-client';
import { DockerTracker, type JobTemplate } from '@docker-tracker/tracker';
import { filter, firstValueFrom, skipWhile } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';
import { CutOffTracker } from './cut-off-tracker.js';
import { EngineHistory } from './engine-history.js';

const IMAGE = 'busybox:latest';
const SESSION_LABEL = 'drmaa2_jobsession';
const ENDS = ['Done', 'Failed'] as const;
const JUST_OVER_A_MINUTE_MS = 61_000;
const WAIT_MS = 20_000;
/** More commands than any of the submissions takes. */
const MOST_COMMANDS = 60;

const job: JobTemplate = { jobCategory: IMAGE, remoteCommand: 'true' };

interface Submission {
  readonly what: string;
  /** At least so many, so that each kind of call is the last one once: create, attach, wait, rename of every kind, start. */
  readonly commands: number;
  /** Ends when all that it submitted has ended. */
  readonly submit: (tracker: DockerTracker) => Promise<unknown>;
}

const inputPath = fileURLToPath(import.meta.url);

const SUBMISSIONS: readonly Submission[] = [
  { what: 'a job that starts at once', commands: 2, submit: (tracker) => run(tracker, job) },
  { what: 'a job with rm', commands: 3, submit: (tracker) => run(tracker, { ...job, extensionList: { rm: 'true' } }) },
  { what: 'a job with an input file', commands: 3, submit: (tracker) => run(tracker, { ...job, inputPath }) },
  {
    what: 'a held job that is released',
    commands: 4,
    submit: async (tracker) => {
      const id = await tracker.addJob({ ...job, submitAsHold: true });
      await tracker.jobControl(id, 'release');
      await tracker.wait(id, ENDS);
    },
  },
  { what: 'an array', commands: 3 * 4, submit: (tracker) => runArray(tracker, 0) },
  // Each task but the last one gives its slot back before the next one has it.
  { what: 'an array with maxParallel', commands: 3 * 5 + 2, submit: (tracker) => runArray(tracker, 1) },
];

async function run(tracker: DockerTracker, template: JobTemplate): Promise<void> {
  await tracker.wait(await tracker.addJob(template), ENDS);
}

async function runArray(tracker: DockerTracker, maxParallel: number): Promise<void> {
  await tracker.waitArray(await tracker.addArrayJob(job, { begin: 1, end: 3, maxParallel }));
}

describe('a tracker that is killed after any of its commands', () => {
  // What this shows: whatever the engine has carried out by then, one command after the other, each container that is there is
  // started once, or removed, or held as before. What it cannot exclude: a start that the engine was given before the crash and carries out
  // more than a minute later, beside that of the leftover rule; and on any engine two starts of one job within the same milliseconds.
  it.each(SUBMISSIONS)(
    'submitting $what, leaves nothing that is not started once, or removed',
    async (submission) => {
      let commands = 0;
      while (await crashAfter(commands, submission.submit)) commands += 1;
      expect(commands).toBeGreaterThanOrEqual(submission.commands);
      expect(commands).toBeLessThan(MOST_COMMANDS);
    },
    180_000,
  );
});

/** @returns false: the tracker was done before. */
async function crashAfter(commands: number, submit: Submission['submit']): Promise<boolean> {
  await using fake = await FakeEngine.start();
  await using onlooker = await Engine.connect({ host: fake.host });
  const session = `crash-${randomBytes(4).toString('hex')}`;
  const history = new EngineHistory(fake);
  await using cut = await CutOffTracker.open(fake, session, commands);
  if (!(await cut.isCutOff(submit(cut.tracker)))) return false;
  const left = await leftovers(onlooker, session);
  await using next = await DockerTracker.open({ session, host: fake.host, network: 'none' });
  // Nothing that may still be in somebody's hands is touched before its minute is over.
  expect(
    history.destroyed.filter((id) => left.some((one) => one.id === id)),
    where(commands),
  ).toEqual([]);
  await aMinuteLater(fake, onlooker, next);
  for (const { id, fate } of left) {
    if (fate === 'removed') await history.isDestroyed(id);
    else if (fate === 'run') await next.wait(id, ENDS, { timeoutMs: WAIT_MS });
  }
  await next.close();
  for (const { id, fate, name } of left) {
    const starts = history.starts(id);
    expect({ name, starts }, where(commands)).toEqual({ name, starts: fate === 'run' ? 1 : 0 });
  }
  expect(Math.max(0, ...history.created.map((id) => history.starts(id))), where(commands)).toBeLessThanOrEqual(1);
  return true;
}

const where = (commands: number): string => `killed after ${String(commands)} commands`;

interface Left {
  readonly id: string;
  readonly name: string;
  readonly fate: 'run' | 'held' | 'removed';
}

/** What the rule for leftovers says about each container that is there, read off its name and its siblings'. */
async function leftovers(onlooker: Engine, session: string): Promise<readonly Left[]> {
  const rows = await onlooker.containers.list({ all: true, filters: { label: [`${SESSION_LABEL}=${session}`] } });
  const containers = await Promise.all(rows.map(({ Id }) => onlooker.containers.inspect(Id)));
  const isCommitted = containers.some(({ Name, State }) => State.Status !== 'created' || !Name.includes('.new-'));
  return containers.map(({ Id, Name, State }) => {
    const name = Name.slice(1);
    const word = /\.(new|queued|held|claim|slot)-/.exec(name)?.[1];
    const isRun = State.Status !== 'created' || (word === 'new' ? isCommitted : word !== undefined);
    return { id: Id, name, fate: word === 'held' ? 'held' : isRun ? 'run' : 'removed' };
  });
}

/** Time passes for the engine; the next event, of somebody else's job, shows it. */
async function aMinuteLater(fake: FakeEngine, onlooker: Engine, tracker: DockerTracker): Promise<void> {
  await firstValueFrom(tracker.freshness$.pipe(filter((freshness) => freshness === 'live')));
  fake.clock.jump(JUST_OVER_A_MINUTE_MS);
  const synced = firstValueFrom(
    tracker.freshness$.pipe(
      skipWhile((freshness) => freshness === 'live'),
      filter((freshness) => freshness === 'live'),
    ),
  );
  await onlooker.containers.create({ Image: IMAGE, Cmd: ['true'], Labels: { [SESSION_LABEL]: 'another' } }, {});
  await synced;
}
