import { access, constants, stat } from 'node:fs/promises';
import { Drmaa2Error } from '@docker-tracker/drmaa2';
import type { Engine } from '@docker-tracker/engine-client';
import { writeTar, type TarInput } from '../archive/write-tar.js';
import { normalizePath } from '../core/template/host-path.js';
import type { StagedFile } from '../core/template/stage-in.js';
import { hostEntries } from './host-entries.js';

/** @throws {Drmaa2Error} InvalidArgument: a file or folder that is to be copied is not there, or cannot be read. */
export async function checkCopies(copies: readonly StagedFile[]): Promise<void> {
  for (const { source } of copies) {
    try {
      const facts = await stat(source);
      if (!facts.isFile() && !facts.isDirectory()) throw new Error(`${source} is no file or folder`);
      await access(source, constants.R_OK);
    } catch (cause) {
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new Drmaa2Error('InvalidArgument', `stageInFiles: a copy cannot be made: ${words}`, { cause });
    }
  }
}

/** Copies files and folders of this host into a container that has not started, all in one archive. */
export async function uploadCopies(
  engine: Engine,
  id: string,
  copies: readonly StagedFile[],
  signal?: AbortSignal,
): Promise<void> {
  if (copies.length === 0) return;
  await engine.containers.putArchive(id, { path: '/', body: writeTar(entriesOf(copies)), signal });
}

/** Folders on the way to a copy are made by the engine where they are missing; those that are there stay as they are. */
async function* entriesOf(copies: readonly StagedFile[]): AsyncGenerator<TarInput, void, undefined> {
  for (const { source, path } of copies) yield* hostEntries(source, normalizePath(path).slice(1));
}
