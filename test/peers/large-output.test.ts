import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const GIBIBYTE = 1024 ** 3;
const FRAME_BYTES = 16_384;

/** A frame of standard output, as an engine sends them, four at a time. */
const FRAMES = Buffer.concat(
  Array.from({ length: 4 }, () => {
    const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(FRAME_BYTES, 4);
    return Buffer.concat([head, Buffer.alloc(FRAME_BYTES, 'x')]);
  }),
);

describe('F15: the logs of a container', () => {
  it(
    'of 1 GiB are read to their end in a process that never takes a quarter of that',
    { timeout: 120_000 },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'peers-large-'));
      const socketPath = join(folder, 's');
      const server = createServer((request, response) => {
        if (request.url === '/_ping') return void response.writeHead(200, { 'api-version': '1.41' }).end();
        let left = GIBIBYTE;
        const pump = (): void => {
          while (left > 0) {
            left -= 4 * FRAME_BYTES;
            if (!response.write(FRAMES)) return void response.once('drain', pump);
          }
          response.end();
        };
        pump();
      });
      try {
        server.listen(socketPath);
        await once(server, 'listening');
        const program = fileURLToPath(new URL('reading-program.mjs', import.meta.url));
        const reader = fork(program, [`unix://${socketPath}`], { stdio: 'inherit' });
        const exited = once(reader, 'exit');
        const [told] = (await Promise.race([
          once(reader, 'message'),
          exited.then(([code]) => {
            throw new Error(`the reading process ended without a word, with exit code ${String(code)}`);
          }),
        ])) as [{ readonly bytes: number; readonly maxRssKibibytes: number }];
        await exited;
        expect(told.bytes).toBe(GIBIBYTE);
        // 136 to 158 MB were measured, most of it pieces that have been read and wait for the collector.
        expect(told.maxRssKibibytes * 1024).toBeLessThan(GIBIBYTE / 4);
      } finally {
        await new Promise((resolve) => server.close(resolve));
        await rm(folder, { recursive: true });
      }
    },
  );
});
