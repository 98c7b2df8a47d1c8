import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';
import type { PrivateEngine } from '../../setup/private-engine.mjs';
import { said } from './onlooker.js';
import { PRIVATE_ENGINES, privateEngine, WHERE_PRIVATE } from './private-engines.js';
import { Rig } from './rig.js';

describe('published ports', () => {
  let daemon: PrivateEngine | undefined;
  beforeAll(async () => {
    if (PRIVATE_ENGINES) daemon = await privateEngine({ name: 'faults-ports', bridge: true });
  });
  afterAll(() => daemon?.release());

  it.runIf(PRIVATE_ENGINES)(`answer on 127.0.0.1${WHERE_PRIVATE}`, async () => {
    await using rig = await Rig.open({ host: daemon?.host ?? '', network: 'bridge' });
    const id = await rig.tracker.addJob(serving(rig, '127.0.0.1::8080'));
    await said(rig.tracker, id, 'serving');
    const { NetworkSettings } = await rig.inspect(id);
    const [binding] = NetworkSettings.Ports['8080/tcp'] ?? [];
    expect(binding?.HostIp).toBe('127.0.0.1');
    const answer = await request(`http://127.0.0.1:${binding?.HostPort ?? ''}/index.html`);
    expect(await answer.body.text()).toBe('hello\n');
  });

  it.runIf(PRIVATE_ENGINES)(`F43: that are taken already leave no container behind${WHERE_PRIVATE}`, async () => {
    await using rig = await Rig.open({ host: daemon?.host ?? '', network: 'bridge' });
    const first = await rig.tracker.addJob(serving(rig, '127.0.0.1::8080'));
    const { NetworkSettings } = await rig.inspect(first);
    const port = NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort ?? '';
    await expect(rig.tracker.addJob(serving(rig, `127.0.0.1:${port}:8080`))).rejects.toMatchObject({
      message: expect.stringContaining('port is already allocated') as string,
    });
    expect(await rig.containers()).toEqual([first]);
    expect(rig.tracker.listJobs()).toEqual([first]);
  });
});

function serving(rig: Rig, exposedPorts: string): ReturnType<Rig['sh']> {
  const script = 'mkdir /www && echo hello >/www/index.html && httpd -p 8080 -h /www && echo serving && sleep 600';
  return rig.sh(script, { extensionList: { exposedPorts } });
}
