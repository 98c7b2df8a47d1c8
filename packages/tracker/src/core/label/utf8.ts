const REPLACEMENT = 0xfffd;

/** UTF-8 of a text; a lone surrogate becomes U+FFFD. Written here because TextEncoder belongs to the DOM and to Node. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const given = character.codePointAt(0) ?? REPLACEMENT;
    const code = given >= 0xd800 && given <= 0xdfff ? REPLACEMENT : given;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
  }
  return Uint8Array.from(bytes);
}

/** The text of UTF-8 bytes, or undefined where they are not well-formed (overlong, surrogate, cut, beyond U+10FFFF). */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const characters: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const length = sequenceLength(lead);
    if (length === undefined || at + length > bytes.length) return undefined;
    let code = length === 1 ? lead : lead & (0x7f >> length);
    for (const next of bytes.subarray(at + 1, at + length)) {
      if ((next & 0xc0) !== 0x80) return undefined;
      code = (code << 6) | (next & 0x3f);
    }
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    if (isSurrogate || code > 0x10ffff || code < (SMALLEST[length] ?? 0)) return undefined;
    characters.push(String.fromCodePoint(code));
    at += length;
  }
  return characters.join('');
}

/** The smallest code point that needs so many bytes. */
const SMALLEST: readonly number[] = [0, 0, 0x80, 0x800, 0x10000];

function sequenceLength(lead: number): number | undefined {
  if (lead < 0x80) return 1;
  if (lead < 0xc0) return undefined;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : undefined;
}

function tail(code: number): number {
  return 0x80 | (code & 0x3f);
}
