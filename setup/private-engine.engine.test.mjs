import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callEngine } from './engine-http.mjs';
import { enginePlace } from './engine-place.mjs';
import { engineProcesses, hasEnded } from './leftovers.mjs';
import { privateEngineSupport, startPrivateEngine } from './private-engine.mjs';
import { ensureTestImage, testImage } from './test-image.mjs';

const name = 'setup-test';
const place = enginePlace(name);

/**
 * @param {import('./private-engine.d.mts').PrivateEngine} engine
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function call(engine, method, path, body) {
  const json = { body: Buffer.from(JSON.stringify(body ?? {})), contentType: 'application/json' };
  const answer = await callEngine(engine.host, method, path, json);
  return { status: answer.status, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
}

/**
 * @param {import('./private-engine.d.mts').PrivateEngine} engine
 * @param {string} container
 */
async function startSleeper(engine, container) {
  await call(engine, 'POST', `/containers/create?name=${container}`, {
    Image: testImage,
    Cmd: ['sleep', '600'],
    HostConfig: { NetworkMode: 'none' },
  });
  expect((await call(engine, 'POST', `/containers/${container}/start`)).status).toBe(204);
  return (await call(engine, 'GET', `/containers/${container}/json`)).body.State;
}

describe.skipIf(privateEngineSupport() !== null)('an engine of our own', () => {
  /** @type {import('./private-engine.d.mts').PrivateEngine} */
  let engine;

  beforeAll(async () => {
    engine = await startPrivateEngine({ name, dockerdArguments: ['--live-restore'] });
  }, 60_000);

  afterAll(() => engine?.release());

  test('gets the test image once', async () => {
    expect(await ensureTestImage(engine.host)).toBe('imported');
    expect(await ensureTestImage(engine.host)).toBe('present');
  });

  test('runs containers and lists their processes', async () => {
    await startSleeper(engine, 'listed');
    const { body } = await call(engine, 'GET', '/containers/listed/top?ps_args=-eo%20pid,stat,args');
    expect(body.Processes).toEqual([[expect.any(String), expect.any(String), 'sleep 600']]);
  });

  test('is killed and starts again on its data, with its containers still running', async () => {
    const { Pid } = await startSleeper(engine, 'survivor');
    await engine.kill();
    expect(engine.pid).toBeUndefined();
    await engine.start();
    const { body } = await call(engine, 'GET', '/containers/survivor/json');
    expect(body.State).toMatchObject({ Status: 'running', Pid });
  }, 60_000);

  test('leaves nothing behind, even if it was killed with a paused and stopped container', async () => {
    const { Pid } = await startSleeper(engine, 'frozen');
    await call(engine, 'POST', '/containers/frozen/kill?signal=SIGSTOP');
    await call(engine, 'POST', '/containers/frozen/pause');
    await engine.kill();
    await engine.release();
    expect(hasEnded(Pid)).toBe(true);
    expect(engineProcesses(place.runFolder)).toEqual([]);
    expect(existsSync(place.runFolder)).toBe(false);
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
    expect(mounts).not.toContain(place.dataFolder);
    expect(mounts).not.toContain(`${place.runFolder}/`);
    // Not below other engines' cgroups: those come and go while they are read.
    const hierarchies = ['', ...readdirSync('/sys/fs/cgroup')].map((name) => join('/sys/fs/cgroup', name));
    expect(hierarchies.map((path) => join(path, place.cgroup)).filter((path) => existsSync(path))).toEqual([]);
  }, 60_000);
});
