/**
 * Order of texts by code point, which is the order of their UTF-8 bytes and thus Go's. The default sort of
 * JavaScript compares 16-bit units and puts an emoji before U+E000.
 */
export function byCodePoint(left: string, right: string): number {
  let index = 0;
  while (index < left.length && left[index] === right[index]) index += 1;
  // step back to the start of a pair whose halves differ only in the second
  const a = startsInsidePair(left, index) && startsInsidePair(right, index) ? index - 1 : index;
  return (left.codePointAt(a) ?? -1) - (right.codePointAt(a) ?? -1);
}

function startsInsidePair(text: string, index: number): boolean {
  return index > 0 && (text.codePointAt(index - 1) ?? 0) > 0xffff;
}
