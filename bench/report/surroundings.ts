import { cpus, release, totalmem, type } from 'node:os';
import type { Engine } from '@docker-tracker/engine-client';

/** Where and when numbers were measured: without it they say nothing. */
export async function surroundings(engine: Engine): Promise<string> {
  const processors = cpus();
  const gigabytes = (totalmem() / 1024 ** 3).toFixed(0);
  const { Version } = await engine.version();
  return [
    `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}, ${gigabytes} GiB, ${type()} ${release()}`,
    `Node.js ${process.version}, Docker ${Version} (API ${engine.apiVersion})`,
    new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC',
  ].join('\n');
}
