import { randomBytes } from 'node:crypto';
import { Engine, type EngineOptions } from '../engine.js';
import type { ContainerCreateBody } from '../wire/container-request.js';

export const IMAGE = 'docker-tracker/busybox:test';

const LABEL = 'docker-tracker-test';

/** A real engine and the containers of one test, which are removed at its end. */
interface RealEngine extends AsyncDisposable {
  readonly engine: Engine;
  /** The label value that only this test's containers carry; for filters. */
  readonly label: string;
  /** Creates a container without network. */
  create(body: Partial<ContainerCreateBody>): Promise<string>;
}

/** @throws {Error} `DOCKER_HOST` is not set: these tests fail rather than be skipped. */
export async function realEngine(options: EngineOptions = {}): Promise<RealEngine> {
  if (!process.env.DOCKER_HOST) throw new Error('DOCKER_HOST is not set: this test needs a real engine');
  const engine = await Engine.connect(options);
  const label = `${LABEL}=${randomBytes(8).toString('hex')}`;
  const [key = '', value = ''] = label.split('=');
  return {
    engine,
    label,
    async create(body) {
      const HostConfig = { NetworkMode: 'none', ...body.HostConfig };
      const created = await engine.containers.create({
        Image: IMAGE,
        ...body,
        Labels: { ...body.Labels, [key]: value },
        HostConfig,
      });
      return created.Id;
    },
    async [Symbol.asyncDispose]() {
      const sweeper = engine.closed ? await Engine.connect() : engine;
      const left = await sweeper.containers.list({ all: true, filters: { label: [label] } });
      // one that removes itself meanwhile is as good as removed
      await Promise.allSettled(left.map(({ Id }) => sweeper.containers.remove(Id, { force: true, v: true })));
      await sweeper.close();
      await engine.close();
    },
  };
}

/** The output as text, one string per stream. */
export async function outputOf(
  frames: AsyncIterable<{ readonly stream: string; readonly data: Buffer }>,
): Promise<Record<string, string>> {
  const parts: Record<string, Buffer[]> = { stdout: [], stderr: [] };
  for await (const { stream, data } of frames) parts[stream]?.push(data);
  return Object.fromEntries(Object.entries(parts).map(([stream, data]) => [stream, Buffer.concat(data).toString()]));
}
