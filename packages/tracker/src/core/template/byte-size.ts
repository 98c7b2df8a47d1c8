const SIZE = /^(\d{1,16}(?:\.\d{1,16})?)(?:b|([kmgt])(?:i?b)?)?$/i;
const EXPONENTS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/**
 * Parses a number of bytes with an optional unit b, k, m, g, t (also kb, kib and so on, any case), all binary: 1k is 1024.
 * A fraction is allowed and the result rounded down, as the engine's own command does.
 * @returns undefined for anything else, for less than 1 byte and for more than 2^53.
 */
export function parseByteSize(text: string): number | undefined {
  const [, digits, unit = ''] = SIZE.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const bytes = Math.floor(Number(digits) * 1024 ** (EXPONENTS[unit.toLowerCase()] ?? 0));
  return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
