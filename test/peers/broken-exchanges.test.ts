import { Drmaa2Error } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import type { ExchangeFault } from '../engine-proxy/index.js';
import { ENDS, exiting, rejection, Rig, sleeping, turnsUntil } from './rig.js';

const FAULTS: readonly ExchangeFault[] = [
  { kind: 'lose-request' },
  { kind: 'fail', status: 500 },
  { kind: 'cut', atByte: 0 },
  { kind: 'cut', atByte: 60 },
  { kind: 'close-after-head' },
  { kind: 'delay', ms: 30 },
  { kind: 'stall', atByte: 60, ms: 30 },
  { kind: 'split' },
  { kind: 'coalesce', ms: 30 },
];
const REFUSED: ExchangeFault = { kind: 'refuse', status: 500 };
const GARBLED: ExchangeFault = { kind: 'garble', atByte: 5 };
const QUESTIONS = ['GET /info', 'GET /containers/json', 'GET /containers/*/json'];
const COMMANDS = ['POST /containers/create', 'POST /containers/*/start'];

describe('a submission of which one exchange is broken', () => {
  const cases = [
    ...COMMANDS.flatMap((request) => [...FAULTS, REFUSED].map((fault) => [request, fault] as const)),
    ['POST /containers/create', GARBLED] as const,
  ];
  it.each(cases)('%s by %j is one job that ends once, or an error and no job', async (request, fault) => {
    await using rig = await Rig.open({ proxied: true });
    rig.proxy.break(request, fault);
    const [submission] = await Promise.allSettled([rig.tracker.addJob(exiting(3))]);
    if (submission.status === 'fulfilled') {
      await rig.tracker.wait(submission.value, [...ENDS]);
      rig.ledger.expectEndings(new Map([[submission.value, 3]]));
    } else {
      expect(submission.reason).toBeInstanceOf(Drmaa2Error);
      expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
    }
    expect([...rig.proxy.struck]).toEqual([[fault.kind, 1]]);
    await rig.isLive();
    await rig.expectConverged();
  });
});

describe('a submission that is refused', () => {
  const [CREATE, START] = ['POST /containers/create', 'POST /containers/*/start'];
  const [REMOVAL, LIST] = ['DELETE /containers/*', 'GET /containers/json'];
  const NO_START: ExchangeFault = { kind: 'refuse', status: 400 };
  const NO_ID: ExchangeFault = { kind: 'fail', status: 500 };

  it.each([
    [START, NO_START, REMOVAL, { kind: 'lose-request' }],
    [START, NO_START, REMOVAL, REFUSED],
    [START, NO_START, REMOVAL, { kind: 'close-after-head' }],
    [START, NO_START, REMOVAL, { kind: 'refuse', status: 409 }],
    [CREATE, NO_ID, LIST, REFUSED],
    [CREATE, NO_ID, REMOVAL, REFUSED],
  ] as const)(
    'at %s by %j leaves nothing behind where %s is broken by %j three times',
    async (step, refusal, request, fault) => {
      await using rig = await Rig.open({ proxied: true });
      rig.proxy.break(step, refusal);
      rig.proxy.break(request, fault, { times: 3 });
      expect(await rejection(rig.tracker.addJob(exiting(3)))).toBeInstanceOf(Drmaa2Error);
      expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
      expect(rig.tracker.snapshot().size).toBe(0);
    },
  );

  it('is taken back later, and not shown meanwhile, where that takes long', async () => {
    await using rig = await Rig.open({ proxied: true });
    rig.proxy.break(START, NO_START);
    rig.proxy.break(REMOVAL, REFUSED, { times: 7 });
    expect(await rejection(rig.tracker.addJob(exiting(3)))).toBeInstanceOf(Drmaa2Error);
    expect(rig.fake.count(REMOVAL)).toBe(0);
    const seen: string[] = [];
    rig.tracker.transitions$.subscribe(({ to }) => seen.push(to));
    await turnsUntil(() => rig.fake.count(REMOVAL) > 0);
    expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
    expect([seen, rig.tracker.snapshot().size]).toEqual([[], 0]);
  });
});

describe('a sync of which one exchange is broken', () => {
  const cases = [
    ...[...QUESTIONS, 'GET /events'].flatMap((request) =>
      [...FAULTS, REFUSED, GARBLED].map((fault) => [request, fault] as const),
    ),
    ['GET /events', { kind: 'reshuffle', seed: 5 }] as const,
  ];
  it.each(cases)('%s by %j heals, and tells each ending once', async (request, fault) => {
    await using rig = await Rig.open({ proxied: true });
    const ids = await rig.submit(3);
    const meant = new Map(ids.map((id, index) => [id, index]));
    const healed = rig.nextLive();
    rig.proxy.break(request, fault);
    await Promise.all([...meant].map(([id, code]) => rig.fake.exit(id, code)));
    rig.proxy.cutEvents();
    await healed;
    await Promise.all(ids.map((id) => rig.tracker.wait(id, [...ENDS])));
    rig.ledger.expectEndings(meant);
    expect([...rig.proxy.struck]).toEqual([[fault.kind, 1]]);
    await rig.isLive();
    await rig.expectConverged();
  });

  it('by one fault after the other, for 12 jobs that are controlled meanwhile, loses no ending', async () => {
    await using rig = await Rig.open({ proxied: true });
    const ids = await rig.submit(12, sleeping());
    rig.proxy.chaos({ seed: 11, rate: 0.1 });
    const meant = new Map(ids.map((id, index) => [id, index % 5]));
    for (const [id, code] of meant) {
      if (code === 1) await rig.onlooker.containers.pause(id).then(() => rig.onlooker.containers.unpause(id));
      const healed = code > 2 ? rig.nextLive() : undefined;
      if (healed) rig.proxy.cutEvents();
      await rig.fake.exit(id, code);
      await healed;
    }
    await Promise.all(ids.map((id) => rig.tracker.wait(id, [...ENDS])));
    rig.proxy.chaos(undefined);
    await rig.isLive();
    rig.ledger.expectEndings(meant);
    expect([...rig.proxy.struck.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(2);
    await rig.expectConverged();
  });
});
