import { expect, it } from 'vitest';
import { ContractRig, type EngineUnderTest } from './contract-rig.js';

const IMAGE = 'docker-tracker/busybox:test';

interface Image {
  readonly Id: string;
  readonly RepoTags: readonly string[];
}

/** Images that are there: what is asked of them before a job is submitted. */
export function imageContract(engine: () => EngineUnderTest): void {
  it('shows an image by its name and by its id', async () => {
    await using rig = new ContractRig(engine().host);
    const image = await rig.client.json<Image>(`/images/${IMAGE}/json`);
    expect(image).toMatchObject({ Os: 'linux', Config: { Cmd: ['sh'] } });
    expect(image.RepoTags).toContain(IMAGE);
    expect((await rig.client.json<Image>(`/images/${encodeURIComponent(image.Id)}/json`)).Id).toBe(image.Id);
    const rows = await rig.client.json<readonly Image[]>('/images/json');
    expect(rows.filter(({ Id }) => Id === image.Id)).toEqual([
      expect.objectContaining({ RepoTags: expect.arrayContaining([IMAGE]) }),
    ]);
  });

  it('gives an image one more name, and takes it away', async () => {
    await using rig = new ContractRig(engine().host);
    const [repo, since] = [`docker-tracker/contract-${rig.run}`, await rig.engineTime()];
    const { Id } = await rig.client.json<Image>(`/images/${IMAGE}/json`);
    expect((await rig.client.call('POST', `/images/${IMAGE}/tag?repo=${repo}&tag=one`)).status).toBe(201);
    expect((await rig.client.json<Image>(`/images/${repo}:one/json`)).Id).toBe(Id);
    const removed = await rig.client.call('DELETE', `/images/${repo}:one`);
    expect([removed.status, JSON.parse(removed.text)]).toEqual([200, [{ Untagged: `${repo}:one` }]]);
    expect((await rig.client.call('GET', `/images/${repo}:one/json`)).status).toBe(404);
    const events = await rig.events({ since, filters: { type: ['image'] } });
    const own = events.filter(({ Actor }) => Actor.ID === Id).map(({ Action, Actor }) => [Action, Actor.Attributes]);
    expect(own).toContainEqual(['tag', expect.objectContaining({ name: `${repo}:one` })]);
    expect(own.map(([action]) => action)).toContain('untag');
  });

  it('knows no image that is not there, and creates no job from one', async () => {
    await using rig = new ContractRig(engine().host);
    const absent = `docker-tracker/absent-${rig.run}`;
    const calls = [
      ['GET', `/images/${absent}/json`],
      ['POST', `/images/${absent}/tag?repo=a&tag=b`],
      ['DELETE', `/images/${absent}`],
    ] as const;
    for (const [method, path] of calls) {
      const { status, text } = await rig.client.call(method, path);
      expect([method, status, text]).toEqual([method, 404, expect.stringContaining(`No such image: ${absent}`)]);
    }
    const created = await rig.client.call('POST', '/containers/create', { Image: absent, Cmd: ['true'] });
    expect([created.status, created.text]).toEqual([404, expect.stringContaining(`No such image: ${absent}`)]);
  });

  it('refuses to take away an image that a running job uses', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    await rig.post(id, 'start');
    const image = await rig.client.json<Image>(`/images/${IMAGE}/json`);
    const { status } = await rig.client.call('DELETE', `/images/${encodeURIComponent(image.Id)}`);
    expect(status).toBe(409);
    expect((await rig.client.json<Image>(`/images/${IMAGE}/json`)).Id).toBe(image.Id);
  });
}
