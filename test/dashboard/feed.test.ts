import { describe, expect, it } from 'vitest';
import { FakeRig } from './fake-rig.js';

interface Snapshot {
  readonly jobs: readonly { readonly id: string; readonly state: string; readonly spans: readonly unknown[] }[];
  readonly freshness: string;
  readonly control: boolean;
}
interface Patch {
  readonly added?: readonly { readonly id: string; readonly state: string }[];
  readonly changed?: readonly Readonly<Record<string, unknown>>[];
  readonly removed?: readonly string[];
  readonly freshness?: { readonly freshness: string };
}

describe('the feed', () => {
  it('tells all there is, then what changes, and only that', async () => {
    await using rig = await FakeRig.open();
    const old = await rig.job({ jobName: 'old' });
    await using events = await rig.events();
    const { data: snapshot } = await events.next<Snapshot>('snapshot');
    expect(snapshot).toMatchObject({ freshness: 'live', control: false, jobs: [{ id: old, state: 'Running' }] });
    const added = await rig.job({ jobName: 'young' });
    await events.next<Patch>('patch', (patch) => patch.added?.some(({ id }) => id === added) === true);
    await rig.fake.exit(old, 3);
    const { data: ended } = await events.next<Patch>(
      'patch',
      ({ changed }) => changed?.some(({ id }) => id === old) === true,
    );
    const change = ended.changed?.find(({ id }) => id === old);
    expect(change).toMatchObject({ state: 'Failed', exitStatus: 3, spans: [['Failed', expect.any(Number), '']] });
    expect(change).not.toHaveProperty('session');
    expect(change).not.toHaveProperty('category');
  });

  it('tells of a removal, and of a freshness that is no longer live', async () => {
    await using rig = await FakeRig.open();
    const id = await rig.job();
    await using events = await rig.events();
    await events.next('snapshot');
    await rig.tracker.jobControl(id, 'terminate');
    await rig.tracker.deleteJob(id);
    await events.next<Patch>('patch', ({ removed }) => removed?.includes(id) === true);
    await rig.fake.stop();
    await events.next<Patch>('patch', ({ freshness }) => freshness?.freshness === 'stale');
    await rig.fake.resume();
    await events.next<Patch>('patch', ({ freshness }) => freshness?.freshness === 'live');
  });

  it('gives a page that comes back with Last-Event-ID what it missed, and no snapshot', async () => {
    await using rig = await FakeRig.open();
    let lastId: string | undefined;
    {
      await using events = await rig.events();
      lastId = (await events.next('snapshot')).id;
    }
    const missed = await rig.job({ jobName: 'missed' });
    await using again = await rig.events({ 'last-event-id': String(lastId) });
    const { data } = await again.next<Patch>('patch', ({ added }) => added !== undefined);
    expect(data.added).toMatchObject([{ id: missed }]);
    await rig.job();
    // Had there been a snapshot, it would have come before this patch.
    const seen: string[] = [];
    await again.next<Patch>('patch', (patch) => seen.push(JSON.stringify(patch)) > 0);
    expect(seen[0]).not.toContain('"jobs"');
  });

  it.each(['', 'x', '000000000000-1', '-1', 'NaN', '../../etc'])(
    'gives a page with the unknown Last-Event-ID %j a snapshot',
    async (lastId) => {
      await using rig = await FakeRig.open();
      await rig.job();
      await using events = await rig.events({ 'last-event-id': lastId });
      expect((await events.next<Snapshot>('snapshot')).data.jobs).toHaveLength(1);
    },
  );

  it('gives a snapshot where the id is of a server that was here before', async () => {
    await using rig = await FakeRig.open();
    await using before = await FakeRig.open();
    await using events = await before.events();
    const { id } = await events.next('snapshot');
    await using resumed = await rig.events({ 'last-event-id': String(id) });
    await resumed.next('snapshot');
  });

  it('lets go of all pages when the server closes', async () => {
    await using rig = await FakeRig.open();
    await using events = await rig.events();
    await events.next('snapshot');
    const closed = new Promise<void>((resolve) => {
      events.response.once('close', resolve);
    });
    await rig.server.close();
    await closed;
    expect(rig.tracker.snapshot().size).toBe(0);
  });
});
