import { expect, it } from 'vitest';
import { ContractRig, type EngineUnderTest } from './contract-rig.js';

interface Sample {
  readonly id: string;
  readonly name: string;
  readonly read: string;
  readonly preread: string;
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly precpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly memory_stats: { readonly usage?: number; readonly limit?: number };
}

const NEVER = '0001-01-01T00:00:00Z';

/** What a job uses. */
export function statisticsContract(engine: () => EngineUnderTest): void {
  it('measures twice where one answer is asked for, so that the two can be compared', async () => {
    await using rig = new ContractRig(engine().host);
    const name = rig.name();
    const id = await rig.create({ Cmd: ['sleep', '60'] }, name);
    await rig.post(id, 'start');
    const sample = await rig.client.json<Sample>(`/containers/${id}/stats?stream=0`);
    expect([sample.id, sample.name]).toEqual([id, `/${name}`]);
    expect(sample.preread > NEVER && sample.preread < sample.read).toBe(true);
    expect(sample.precpu_stats.cpu_usage.total_usage).toBeGreaterThan(0);
  });

  it('streams samples, the first with nothing to compare it to, each with the one before', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    await rig.post(id, 'start');
    const stream = await rig.client.open('GET', `/containers/${id}/stats`);
    const [first, second] = await samples(stream.body, 2);
    stream.close();
    expect([first?.id, second?.id]).toEqual([id, id]);
    expect(first?.preread).toBe(NEVER);
    expect(first?.precpu_stats.cpu_usage.total_usage).toBe(0);
    expect(second?.preread).toBe(first?.read);
    expect(second?.precpu_stats.cpu_usage).toEqual(first?.cpu_stats.cpu_usage);
    expect(second?.memory_stats.limit).toBeGreaterThan(0);
  });

  it('answers for a job that does not run with nothing but its name', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['true'] });
    const sample = await rig.client.json<Sample>(`/containers/${id}/stats?stream=0`);
    expect(sample).toMatchObject({ id, read: NEVER, cpu_stats: { cpu_usage: { total_usage: 0 } }, memory_stats: {} });
    expect(sample.memory_stats.usage).toBeUndefined();
    expect((await rig.client.call('GET', `/containers/${rig.run}/stats?stream=0`)).status).toBe(404);
  });
}

/** The first samples of a stream: one a line. */
async function samples(body: AsyncIterable<Buffer>, count: number): Promise<readonly Sample[]> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    const lines = text.split('\n').slice(0, -1);
    if (lines.length >= count) return lines.slice(0, count).map((line) => JSON.parse(line) as Sample);
  }
  throw new Error('the stream ended before it had given what was asked for');
}
