/** True for a text that is not empty and free of blanks and control characters. */
export function isWord(text: string): boolean {
  return text !== '' && !/[\s\p{Cc}]/u.test(text);
}
