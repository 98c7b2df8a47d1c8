const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Standard base64 with padding. Written here because the core is free of Node's Buffer and of the DOM's btoa. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second, third] = bytes.subarray(index, index + 3);
    const bits = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    parts.push(digit(bits >> 18), digit(bits >> 12));
    parts.push(second === undefined ? '=' : digit(bits >> 6), third === undefined ? '=' : digit(bits));
  }
  return parts.join('');
}

/**
 * Reads standard base64 with padding; line breaks are passed over, as Go does.
 * @returns undefined for anything else.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\r\n]/g, '');
  const padding = digits.endsWith('==') ? 2 : digits.endsWith('=') ? 1 : 0;
  // no repeated group in an expression here: on megabytes it overflows the stack
  if (digits.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(digits.slice(0, digits.length - padding))) return undefined;
  const bytes = new Uint8Array((digits.length / 4) * 3 - padding);
  for (let index = 0, at = 0; index < digits.length; index += 4, at += 3) {
    const bits =
      (value(digits, index) << 18) |
      (value(digits, index + 1) << 12) |
      (value(digits, index + 2) << 6) |
      value(digits, index + 3);
    // what lies beyond the end of a Uint8Array is dropped: that is the padding
    bytes[at] = bits >> 16;
    bytes[at + 1] = bits >> 8;
    bytes[at + 2] = bits;
  }
  return bytes;
}

function digit(bits: number): string {
  return DIGITS.charAt(bits & 63);
}

const VALUES: ReadonlyMap<string, number> = new Map(Array.from(DIGITS, (character, index) => [character, index]));

function value(digits: string, index: number): number {
  return VALUES.get(digits.charAt(index)) ?? 0; // padding counts as zero bits
}
