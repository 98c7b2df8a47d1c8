import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTar } from './read-tar.js';
import { TarError } from './tar-error.js';
import { encodeHeader } from './tar-header.js';

/** Inputs for the test below; `npm run test:fuzz` gives more. */
const RUNS = Number(process.env.DOCKER_TRACKER_FUZZ ?? 300);

/** A header and its content, with a byte of it changed now and then. */
const entry = fc
  .record({
    name: fc.string({ maxLength: 40 }),
    size: fc.nat(1_200),
    type: fc.constantFrom('0', '1', '2', '5', 'x', 'g', 'L', 'K', '3'),
    linkName: fc.string({ maxLength: 40 }),
    content: fc.uint8Array({ maxLength: 1_200 }),
    at: fc.integer({ min: 0, max: 1_023 }),
    byte: fc.option(fc.nat(255)),
  })
  .map(({ name, size, type, linkName, content, at, byte }) => {
    const header = encodeHeader({ name, mode: 0o644, size, mtime: 0, type, linkName });
    const padded = Buffer.alloc(Math.ceil(content.length / 512) * 512);
    padded.set(content);
    const bytes = Buffer.concat([header, padded]);
    if (byte !== null && at < bytes.length) bytes[at] = byte;
    return bytes;
  });

it(
  'an archive has entries or is refused by a TarError, whatever its bytes',
  { timeout: 60_000 + RUNS * 10 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 4, arbitrary: entry }, fc.uint8Array({ maxLength: 600 })), { maxLength: 4 }),
        fc.integer({ min: 1, max: 700 }),
        async (pieces, length) => {
          const bytes = Buffer.concat(pieces);
          const chunks = async function* (): AsyncGenerator<Uint8Array> {
            for (let at = 0; at < bytes.length; at += length)
              yield await Promise.resolve(bytes.subarray(at, at + length));
          };
          try {
            let read = 0;
            for await (const { content } of readTar(chunks(), { entries: 3, headerBytes: 512 })) {
              for await (const chunk of content) read += chunk.length;
            }
            expect(read).toBeLessThanOrEqual(bytes.length);
          } catch (error) {
            expect(error).toBeInstanceOf(TarError);
          }
        },
      ),
      { numRuns: RUNS },
    );
  },
);
