import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameDemultiplexer, readFrames, type OutputFrame } from './frames.js';

const REQUEST = { method: 'GET', path: '/containers/x/logs' } as const;

function frame(stream: number, payload: string | Buffer): Buffer {
  const header = Buffer.alloc(8);
  const data = Buffer.from(payload);
  header[0] = stream;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

function textOf(frames: readonly OutputFrame[], stream: string): string {
  return Buffer.concat(frames.filter((piece) => piece.stream === stream).map((piece) => piece.data)).toString('latin1');
}

describe('FrameDemultiplexer', () => {
  it('gives the same bytes however they are cut, inside a header included', () => {
    const anyFrame = fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(anyFrame), fc.array(fc.nat(2000)), (frames, places) => {
        const bytes = Buffer.concat(frames.map(([stream, data]) => frame(stream, Buffer.from(data))));
        const edges = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const demultiplexer = new FrameDemultiplexer(REQUEST);
        const got = edges.slice(1).flatMap((end, index) => demultiplexer.push(bytes.subarray(edges[index], end)));
        demultiplexer.end();
        for (const [kind, name] of [
          [1, 'stdout'],
          [2, 'stderr'],
        ] as const) {
          const sent = Buffer.concat(frames.filter(([stream]) => stream === kind).map(([, data]) => data));
          expect(textOf(got, name)).toBe(sent.toString('latin1'));
        }
      }),
    );
  });

  it('F7: takes a chunk of 100 000 tiny frames without recursion', () => {
    const bytes = Buffer.concat(Array.from({ length: 100_000 }, () => frame(1, 'x')));
    expect(new FrameDemultiplexer(REQUEST).push(bytes)).toHaveLength(100_000);
  });

  it('F8: takes 64 MiB of 100-byte frames in 64 KiB chunks without copying what is left over', () => {
    const chunk = Buffer.concat(Array.from({ length: 600 }, () => frame(1, 'x'.repeat(100))));
    const demultiplexer = new FrameDemultiplexer(REQUEST);
    let bytes = 0;
    let copied = 0;
    for (let count = 0; count < 1000; count += 1) {
      const shifted = count % 2 === 0 ? chunk.subarray(0, -3) : Buffer.concat([chunk.subarray(-3), chunk]);
      for (const piece of demultiplexer.push(shifted)) {
        bytes += piece.data.length;
        if (piece.data.buffer !== shifted.buffer) copied += 1;
      }
    }
    expect(copied).toBe(0);
    expect(bytes).toBe(1000 * 600 * 100);
  });

  it('passes over frames of length zero', () => {
    const bytes = Buffer.concat([frame(1, ''), frame(2, 'e'), frame(1, ''), frame(1, 'o')]);
    const got = new FrameDemultiplexer(REQUEST).push(bytes);
    expect(got.map(({ stream, data }) => [stream, data.toString()])).toEqual([
      ['stderr', 'e'],
      ['stdout', 'o'],
    ]);
  });

  it('refuses a length of 2^31 and more instead of reading it as negative', () => {
    const header = Buffer.from([1, 0, 0, 0, 0x80, 0, 0, 0]);
    expect(() => new FrameDemultiplexer(REQUEST).push(header)).toThrow(/2147483648 bytes is over the limit/);
  });

  it('refuses what is not in frames', () => {
    const refusal = expect.objectContaining({ code: 'ENGINE_PROTOCOL', excerpt: 'raw outp' }) as Error;
    expect(() => new FrameDemultiplexer(REQUEST).push(Buffer.from('raw output'))).toThrow(refusal);
  });

  it("turns stream 3 into an error with the engine's words, cut anywhere", () => {
    const demultiplexer = new FrameDemultiplexer(REQUEST);
    const bytes = frame(3, 'Error grabbing logs: gone');
    demultiplexer.push(bytes.subarray(0, 15));
    expect(() => demultiplexer.push(bytes.subarray(15))).toThrow('the engine reports: Error grabbing logs: gone');
  });

  it('refuses an end inside a frame', () => {
    const demultiplexer = new FrameDemultiplexer(REQUEST);
    demultiplexer.push(frame(1, 'whole').subarray(0, 10));
    expect(() => {
      demultiplexer.end();
    }).toThrow('ended inside a frame');
  });

  it('leaves the bytes of a terminal as they are', async () => {
    async function* chunks(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.from([1, 0, 0, 0]));
    }
    const got: OutputFrame[] = [];
    for await (const piece of readFrames(chunks(), REQUEST, { tty: true })) got.push(piece);
    expect(got).toEqual([{ stream: 'stdout', data: Buffer.from([1, 0, 0, 0]) }]);
  });
});
