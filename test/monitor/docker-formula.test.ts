import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine, type ContainerStats } from '@docker-tracker/engine-client';
import { jobUsage, type JobUsage } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { PRIVATE_ENGINES, WHERE_PRIVATE } from '../real-engine/private-engines.js';
import { dockerStats } from './docker-command.js';

/** An engine with one running job, which answers each question for its usage with the same sample. */
class OneSampleEngine implements AsyncDisposable {
  readonly host: string;
  readonly #server: Server;
  readonly #folder: string;

  static async serve(file: string, osType: string): Promise<OneSampleEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'one-sample-'));
    const sample = await readFile(new URL(`../recorded/stats/${file}.json`, import.meta.url), 'utf8');
    const server = createServer((request, response) => {
      response.setHeader('server', `Docker/20.10.24 (${osType})`).setHeader('api-version', '1.41');
      const path = request.url ?? '';
      if (path.includes('/stats')) response.end(sample);
      else response.end(path.includes('_ping') ? 'OK' : JSON.stringify({ OSType: osType }));
    });
    const path = join(folder, 'engine.sock');
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return new OneSampleEngine(`unix://${path}`, server, folder);
  }

  private constructor(host: string, server: Server, folder: string) {
    this.host = host;
    this.#server = server;
    this.#folder = folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

describe.runIf(PRIVATE_ENGINES)(
  `F49: usage, beside the docker command that reads the same sample${WHERE_PRIVATE}`,
  () => {
    it.each([
      ['linux-cgroup-v1', 'linux'],
      ['linux-cgroup-v2', 'linux'],
      ['windows', 'windows'],
    ])('has the same numbers: %s', async (file, osType) => {
      await using server = await OneSampleEngine.serve(file, osType);
      const usage = jobUsage(await readOnce(server.host));
      expect(await dockerStats(server.host, 'job')).toMatchObject(asDockerPrints(usage!, osType));
    });
  },
);

async function readOnce(host: string): Promise<ContainerStats> {
  await using engine = await Engine.connect({ host });
  return await engine.containers.statsOnce('job');
}

function asDockerPrints(usage: JobUsage, osType: string): object {
  const { cpuPercent = Number.NaN, memoryBytes, memoryLimitBytes = 0, memoryPercent = Number.NaN } = usage;
  const { networkReceivedBytes, networkSentBytes, blockReadBytes, blockWrittenBytes, processes } = usage;
  const common = {
    CPUPerc: `${cpuPercent.toFixed(2)}%`,
    NetIO: `${decimal(networkReceivedBytes)} / ${decimal(networkSentBytes)}`,
    BlockIO: `${decimal(blockReadBytes)} / ${decimal(blockWrittenBytes)}`,
  };
  if (osType === 'windows') return { ...common, MemUsage: binary(memoryBytes) };
  return {
    ...common,
    MemUsage: `${binary(memoryBytes)} / ${binary(memoryLimitBytes)}`,
    MemPerc: `${memoryPercent.toFixed(2)}%`,
    PIDs: String(processes),
  };
}

/** As go-units prints sizes: three digits and thousands, or four digits and 1024s. */
function decimal(bytes: number): string {
  return inUnits(bytes, 1000, 3, ['B', 'kB', 'MB', 'GB']);
}

function binary(bytes: number): string {
  return inUnits(bytes, 1024, 4, ['B', 'KiB', 'MiB', 'GiB']);
}

function inUnits(bytes: number, step: number, digits: number, units: readonly string[]): string {
  let [size, unit] = [bytes, 0];
  for (; size >= step && unit < units.length - 1; unit += 1) size /= step;
  return `${String(Number(size.toPrecision(digits)))}${units[unit]!}`;
}
