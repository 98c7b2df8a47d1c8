import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsReplaced, pass } from './log-passage.js';

const BOTH = { log: true, file: true };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** As a log driver that keeps JSON stores it, each byte that is not UTF-8 replaced on its own. */
function stored(raw: Uint8Array): Uint8Array {
  const kept: number[] = [];
  for (let at = 0; at < raw.length;) {
    const length = [1, 2, 3, 4].find((count) => isText(raw.subarray(at, at + count)) && at + count <= raw.length);
    kept.push(...(length === undefined ? [0xef, 0xbf, 0xbd] : raw.subarray(at, at + length)));
    at += length ?? 1;
  }
  return Uint8Array.from(kept);
}

function isText(part: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part);
    return true;
  } catch {
    return false;
  }
}

describe('pass', () => {
  it('goes past what the file holds', () => {
    expect(pass(bytes('one\ntwo\n'), bytes('one\n'), BOTH)).toEqual({ kind: 'passed', bytes: 4 });
  });

  it('tells a log that begins otherwise, and where', () => {
    expect(pass(bytes('two\n'), bytes('one\n'), BOTH)).toEqual({ kind: 'differs', at: 0 });
  });

  it('asks for more where the log is shorter', () => {
    expect(pass(bytes('one'), bytes('one\ntwo'), { log: false, file: true })).toMatchObject({ kind: 'more' });
  });

  it('passes exactly the stored form of any bytes, however the two are cut', () => {
    const raw = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(
        raw,
        raw,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (head, tail, one, other) => {
          // The log driver replaces line by line, so that no character spans what was written and what was not.
          const log = Uint8Array.from([...stored(head), ...stored(tail)]);
          expect(passedInPieces(log, head, one, other)).toBe(stored(head).length);
        },
      ),
    );
  });
});

describe('holdsReplaced', () => {
  it('finds U+FFFD, and nothing that only begins like it', () => {
    expect([bytes('a\ufffd'), bytes('aﾼb'), bytes('')].map(holdsReplaced)).toEqual([true, false, false]);
  });
});

/** Feeds both in pieces of those sizes, as they come from a stream and from a disk. */
function passedInPieces(log: Uint8Array, file: Uint8Array, logStep: number, fileStep: number): number {
  let [from, to, held, read] = [0, 0, 0, 0];
  for (;;) {
    const step = pass(log.subarray(from, to), file.subarray(held, read), {
      log: to === log.length,
      file: read === file.length,
    });
    if (step.kind === 'passed') return from + step.bytes;
    if (step.kind === 'differs') return -1;
    from += step.logBytes;
    held += step.fileBytes;
    if (to === log.length && read === file.length) return -2;
    to = Math.min(log.length, to + logStep);
    read = Math.min(file.length, read + fileStep);
  }
}
