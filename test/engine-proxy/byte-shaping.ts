import { createRandom } from './random.js';

/** Cuts bytes into the pieces in which a client shall receive them. */
export type ByteShaping =
  /** As the engine sent them. */
  | { readonly kind: 'as-sent' }
  | { readonly kind: 'pieces'; readonly size: number }
  /** Pieces of random sizes up to `most`; the same seed cuts the same way. */
  | { readonly kind: 'random'; readonly seed: number; readonly most: number };

export function createShaper(shaping: ByteShaping): (bytes: Buffer) => readonly Buffer[] {
  switch (shaping.kind) {
    case 'as-sent':
      return (bytes) => [bytes];
    case 'pieces':
      return (bytes) => cut(bytes, () => shaping.size);
    case 'random': {
      const next = createRandom(shaping.seed);
      return (bytes) => cut(bytes, () => 1 + Math.floor(next() * shaping.most));
    }
  }
}

function cut(bytes: Buffer, sizeOf: () => number): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = Math.max(1, sizeOf());
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
