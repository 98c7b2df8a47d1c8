/** Control characters, halves of pairs, and what turns the direction of writing: none of them may reach a terminal out of somebody's label. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text of a container's as a terminal may show it: what would steer the terminal becomes U+FFFD. */
export function plainText(text: string): string {
  return text.replace(UNSHOWABLE, '\uFFFD');
}
