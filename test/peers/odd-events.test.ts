import { describe, expect, it } from 'vitest';
import { Rig, SESSION_LABEL, sleeping } from './rig.js';

const HEX = 'f'.repeat(64);

/** Lines that an engine, a later one or another make of it might send; none says anything about a job. */
const LINES: readonly object[] = [
  {},
  { Type: 'container' },
  { Type: 'container', Action: 'die' },
  { Type: 'container', Action: 'die', Actor: null },
  { Type: 'container', Action: 'die', Actor: { ID: HEX, Attributes: null } },
  { Type: 'container', Action: 'start', Actor: { ID: '', Attributes: {} } },
  { Type: 'container', Action: 'die', Actor: { ID: 'abc', Attributes: {} } },
  { Type: 'container', Action: 'destroy', Actor: { ID: '__proto__', Attributes: { [SESSION_LABEL]: 'other' } } },
  { Type: 'container', Action: 'constructor', Actor: { ID: HEX, Attributes: {} } },
  { Type: 'container', Action: '', Actor: { ID: HEX, Attributes: {} } },
  { Type: 'container', Action: 'exec_start: sh -c die: 1', Actor: { ID: HEX, Attributes: {} } },
  { Type: 'container', Action: 'checkpoint', Actor: { ID: HEX, Attributes: {} } },
  { Type: 'network', Action: 'connect', Actor: { ID: HEX, Attributes: { container: HEX } } },
  { Type: 'network', Action: 'destroy', Actor: { ID: HEX, Attributes: { name: 'none' } } },
  { Type: 'plugin', Action: 'enable', Actor: { ID: 'p', Attributes: { name: 'p' } } },
  { Type: 'daemon', Action: 'reload', Actor: { ID: 'd', Attributes: { debug: 'true' } } },
  { Type: 'image', Action: 'pull', Actor: { ID: 'busybox:latest', Attributes: {} } },
  { Type: 'volume', Action: 'mount', Actor: { ID: 'v', Attributes: {} } },
  { Type: 'builder', Action: 'prune', Actor: { ID: '', Attributes: { reclaimed: '0' } } },
  { Type: 'weather', Action: 'rain', Actor: { ID: 'x', Attributes: {} }, scope: 'global', more: [1, { two: 3 }] },
];

describe('odd events', () => {
  it('F37: other types, unknown actions, odd ids and missing attributes touch no job', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    await rig.tracker.jobInfo(id);
    const before = rig.job(id);
    for (const line of LINES) rig.fake.garble(`${JSON.stringify({ time: 1, ...line })}\n`);
    // with the job's own id, in types that are none of its business
    for (const type of ['network', 'plugin', 'daemon', 'image', 'volume', 'service'])
      for (const action of ['die', 'destroy', 'start', 'kill'])
        rig.fake.garble(line(rig, { Type: type, Action: action }, id, { exitCode: '1', signal: '19' }));
    await rig.fake.exit(id, 0);
    await rig.tracker.wait(id, ['Done']);
    await rig.tracker.jobInfo(id);
    expect(rig.job(id)).toEqual({
      ...before,
      state: 'Done',
      exitStatus: 0,
      finishedAt: expect.any(String),
    });
    expect(rig.tracker.listJobs()).toEqual([id]);
    rig.ledger.expectEndings(new Map([[id, 0]]));
    await rig.expectConverged();
  });

  it('F37: events of a job with odd attributes are settled by asking', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const odd = [
      ['die', {}],
      ['die', { exitCode: 'seven' }],
      ['die', { exitCode: '-1' }],
      ['kill', {}],
      ['kill', { signal: 'SIGSTOP' }],
      ['health_status', {}],
      ['health_status: marvellous', {}],
      ['rename', { name: '', oldName: '' }],
      ['oom: twice', {}],
    ] as const;
    for (const [action, attributes] of odd)
      rig.fake.garble(line(rig, { Type: 'container', Action: action }, id, attributes));
    const other = await rig.tracker.addJob(sleeping());
    await rig.tracker.jobInfo(id);
    await rig.tracker.jobInfo(other);
    expect(rig.job(id)?.state).toBe('Running');
    await rig.fake.exit(id, 4);
    await rig.tracker.wait(id, ['Failed']);
    rig.ledger.expectEndings(new Map([[id, 4]]));
  });

  it('F37: events about containers that are not there make no job', async () => {
    await using rig = await Rig.open();
    for (const [index, action] of ['start', 'pause', 'die', 'kill', 'oom', 'destroy'].entries())
      rig.fake.garble(line(rig, { Type: 'container', Action: action }, `${index}`.repeat(64), { exitCode: '0' }));
    const id = await rig.tracker.addJob(sleeping());
    const healed = rig.nextLive();
    rig.fake.cutStreams();
    await healed;
    expect(rig.tracker.listJobs()).toEqual([id]);
    expect(rig.ledger.endings('0'.repeat(64))).toEqual([]);
    expect(await rig.tracker.jobState('0'.repeat(64))).toMatchObject({ state: 'Undetermined' });
  });
});

function line(rig: Rig, type: object, id: string, attributes: object): string {
  const nano = rig.fake.clock.now();
  const event = { ...type, Actor: { ID: id, Attributes: { [SESSION_LABEL]: rig.session, ...attributes } }, time: 1 };
  return `${JSON.stringify(event).slice(0, -1)},"timeNano":${nano}}\n`;
}
