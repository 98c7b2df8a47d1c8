import { open, type FileHandle } from 'node:fs/promises';
import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { specialOutput } from '../core/template/output-plan.js';

/** Where the bytes of one stream go. */
export interface OutputFile {
  write(data: Buffer): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a job's output path, a file anew. `/dev/stdout` and `/dev/stderr` are this process' own streams and are never
 * closed; `/dev/null` takes nothing.
 * @throws {Drmaa2Error} InvalidArgument naming attribute and path: it cannot be opened for writing.
 */
export async function openOutputFile(attribute: string, path: string): Promise<OutputFile> {
  switch (specialOutput(path)) {
    case 'stdout':
      return processStream(process.stdout);
    case 'stderr':
      return processStream(process.stderr);
    case 'null':
      return { write: () => Promise.resolve(), close: () => Promise.resolve() };
    case undefined:
      return fileOutput(await openForWriting(attribute, path));
  }
}

async function openForWriting(attribute: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Drmaa2Error('InvalidArgument', `${attribute} cannot be opened for writing: ${words}`, { cause: error });
  }
}

function fileOutput(handle: FileHandle): OutputFile {
  return {
    write: async (data) => {
      await handle.writeFile(data);
    },
    close: () => handle.close(),
  };
}

function processStream(stream: NodeJS.WriteStream): OutputFile {
  return {
    write: (data) =>
      new Promise((resolve, reject) => {
        stream.write(data, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    close: () => Promise.resolve(),
  };
}
