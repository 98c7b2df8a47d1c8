import { cpus } from 'node:os';
import type { Engine } from '@docker-tracker/engine-client';

/** What a number was measured on, and when: a number without it says nothing. */
export async function machine(engine: Engine): Promise<string> {
  const { ServerVersion } = await engine.info();
  const date = new Date().toISOString().slice(0, 10);
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${String(cpus().length)} x ${model}, Node ${process.version}, Docker ${ServerVersion} (API ${engine.apiVersion}), ${date}`;
}
