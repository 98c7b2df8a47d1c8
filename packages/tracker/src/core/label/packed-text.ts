/** A text as what it shares with another one, and what it has of its own between a common beginning and a common end. */
export interface PackedText {
  readonly base: string;
  /** Where the own part begins in `base`, and where in `base` it ends. */
  readonly start: number;
  readonly end: number;
  readonly own: string;
}

/** Packs a text over one that is alike. */
export function packText(text: string, base: string): PackedText {
  const most = Math.min(text.length, base.length);
  let start = 0;
  while (start < most && text.charCodeAt(start) === base.charCodeAt(start)) start += 1;
  let tail = 0;
  while (tail < most - start && text.charCodeAt(text.length - 1 - tail) === base.charCodeAt(base.length - 1 - tail)) {
    tail += 1;
  }
  return { base, start, end: base.length - tail, own: copyOf(text.slice(start, text.length - tail)) };
}

/** A slice holds all of the text that it was cut out of. */
function copyOf(slice: string): string {
  return slice.split('').join('');
}

export function unpackText(text: string | PackedText): string {
  if (typeof text === 'string') return text;
  return text.base.slice(0, text.start) + text.own + text.base.slice(text.end);
}
