/** What the engine's log drivers that keep JSON write for a byte that is not UTF-8. @source moby: daemon/logger/jsonfilelog/jsonlog */
const REPLACED = Uint8Array.of(0xef, 0xbf, 0xbd);

/** How a log, read from its beginning, goes past what a file holds already. */
export type Passage =
  /** So many bytes of the log are in the file; what follows is missing from it. */
  | { readonly kind: 'passed'; readonly bytes: number }
  /** Not decided yet: more of the log, or of the file, is needed. */
  | { readonly kind: 'more'; readonly logBytes: number; readonly fileBytes: number }
  /** The log begins otherwise than the file: it was rotated, or somebody else wrote the file. */
  | { readonly kind: 'differs'; readonly at: number };

/**
 * Compares a piece of a log with the piece of the file at the same place. The log may hold U+FFFD where the file holds a byte that
 * is not UTF-8, and is longer then. Pure: called again with what is left over and more behind it.
 * @param ends - no more of the file, and of the log, follows.
 */
export function pass(
  log: Uint8Array,
  file: Uint8Array,
  ends: { readonly log: boolean; readonly file: boolean },
): Passage {
  let l = 0;
  let f = 0;
  for (;;) {
    const logLeft = log.length - l;
    const fileLeft = file.length - f;
    if (fileLeft === 0 && ends.file) return { kind: 'passed', bytes: l };
    // Three bytes tell a replacement, on either side.
    if ((logLeft < 3 && !ends.log) || (fileLeft < 3 && !ends.file)) return { kind: 'more', logBytes: l, fileBytes: f };
    if (logLeft === 0) return { kind: 'more', logBytes: l, fileBytes: f };
    if (isReplaced(log, l)) {
      l += 3;
      f += isReplaced(file, f) ? 3 : 1;
    } else if (log[l] === file[f]) {
      l += 1;
      f += 1;
    } else {
      return { kind: 'differs', at: l };
    }
  }
}

/** Whether these bytes hold one that a log driver may have replaced. */
export function holdsReplaced(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(REPLACED[0]!); at >= 0; at = bytes.indexOf(REPLACED[0]!, at + 1)) {
    if (isReplaced(bytes, at)) return true;
  }
  return false;
}

function isReplaced(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === REPLACED[0] && bytes[at + 1] === REPLACED[1] && bytes[at + 2] === REPLACED[2];
}
