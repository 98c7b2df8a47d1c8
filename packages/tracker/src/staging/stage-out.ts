import type { Engine } from '@docker-tracker/engine-client';
import type { StageOut } from '../core/template/file-plan.js';
import { unpack } from './unpack.js';

/** Copies a path of an ended job's container to this host, read only as fast as it is written. */
export async function downloadCopy(
  engine: Engine,
  id: string,
  { source, target }: StageOut,
  signal: AbortSignal,
): Promise<void> {
  const archive = await engine.containers.getArchive(id, { path: source, signal });
  try {
    await unpack(archive.body, target);
  } finally {
    await archive.body.return?.();
  }
}
