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

/** mulberry32: small, and good enough to cut bytes. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
