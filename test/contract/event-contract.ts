import { expect, it } from 'vitest';
import { ContractRig, TEST_LABEL, toQueryTime, type EngineUnderTest } from './contract-rig.js';

/** What the event stream promises: intervals, filters, merged attributes. */
export function eventContract(engine: () => EngineUnderTest): void {
  it('includes both ends of an interval, to the nanosecond', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['true'] });
    await rig.post(id, `rename?name=${rig.name()}`);
    const [created, renamed] = await rig.events();
    const from = created?.timeNano ?? 0n;
    const to = renamed?.timeNano ?? 0n;
    expect(from).toBeLessThan(to);
    const between = async (since: bigint, until: bigint): Promise<readonly string[]> =>
      (await rig.events({ since: toQueryTime(since), until: toQueryTime(until) })).map(({ Action }) => Action);
    expect(await between(from, to)).toEqual(['create', 'rename']);
    expect(await between(from + 1n, to)).toEqual(['rename']);
    expect(await between(from, to - 1n)).toEqual(['create']);
    expect(await between(from + 1n, to - 1n)).toEqual([]);
  });

  it('puts the labels over the attributes of an event, and name and image over all', async () => {
    await using rig = new ContractRig(engine().host);
    const name = rig.name();
    const id = await rig.create(
      { Cmd: ['sh', '-c', 'exit 9'], Labels: { exitCode: '0', name: 'forged', image: 'forged' } },
      name,
    );
    const { exitCode } = await rig.wait(id, 'next-exit');
    await rig.post(id, 'start');
    expect(await exitCode).toBe(9);
    expect((await rig.seen(id, 'die')).Actor.Attributes).toMatchObject({
      exitCode: '0',
      name,
      image: 'docker-tracker/busybox:test',
      [TEST_LABEL]: rig.run,
    });
  });

  it('filters: labels AND, container by prefix, events exact unless one is a prefix action', async () => {
    await using rig = new ContractRig(engine().host);
    const name = rig.name();
    const mine = `${TEST_LABEL}=${rig.run}`;
    const first = await rig.create({ Cmd: ['true'], Labels: { tier: 'a' } }, name);
    const second = await rig.create({ Cmd: ['true'], Labels: { tier: 'b' } }, `${name}0`);
    const found = async (filters: object): Promise<readonly string[]> =>
      (await rig.events({ filters })).map(({ Actor }) => Actor.ID);
    expect(await found({ label: [mine, 'tier=a'] })).toEqual([first]);
    expect(await found({ label: [mine, 'tier'] })).toEqual([first, second]);
    expect(await found({ label: [mine, 'tier='] })).toEqual([]);
    expect(await found({ label: [mine], container: [name] })).toEqual([first, second]);
    expect(await found({ label: [mine], event: ['creat'] })).toEqual([]);
    expect(await found({ label: [mine], event: ['creat', 'health_status'] })).toEqual([first, second]);
    expect(await found({ label: [mine], type: ['network'] })).toEqual([]);
    expect(await found({ label: { [mine]: true } })).toEqual([first, second]);
    expect(await found({ label: [mine], nosuchkey: ['x'] })).toEqual([first, second]);
  });

  it('tells of the network of a job, without its labels', async () => {
    await using rig = new ContractRig(engine().host);
    const { id } = await rig.runToEnd({ Cmd: ['true'] });
    await rig.seen(id, 'die');
    const events = await rig.events({ filters: { type: ['network'] } });
    const mine = events.filter(({ Actor }) => Actor.Attributes.container === id);
    expect(mine[0]).toMatchObject({ Action: 'connect', Actor: { Attributes: { name: 'none', type: 'null' } } });
    expect(mine[0]?.Actor.Attributes[TEST_LABEL]).toBeUndefined();
  });

  it('refuses bad intervals', async () => {
    await using rig = new ContractRig(engine().host);
    const status = async (query: string): Promise<number> => (await rig.client.call('GET', `/events?${query}`)).status;
    expect(await status('since=5&until=3')).toBe(400);
    expect(await status('since=2020-01-01T00:00:00Z&until=1')).toBe(500);
  });

  it('answers the header of a live stream at once, and ends at until', async () => {
    await using rig = new ContractRig(engine().host);
    const stream = await rig.client.open('GET', `/events?filters=${encodeURIComponent('{"label":["no-such-label"]}')}`);
    expect(stream.status).toBe(200);
    stream.close();
    const now = await rig.engineTime();
    const [seconds = '0', fraction = '0'] = now.split('.');
    const soon = BigInt(seconds) * 1_000_000_000n + BigInt(fraction) + 50_000_000n;
    const filters = encodeURIComponent(JSON.stringify({ label: [`${TEST_LABEL}=${rig.run}`] }));
    const bounded = await rig.client.call('GET', `/events?until=${toQueryTime(soon)}&filters=${filters}`);
    expect([bounded.status, bounded.text]).toEqual([200, '']);
  });
}
