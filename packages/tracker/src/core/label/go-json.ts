import { byCodePoint } from '../template/code-point-order.js';

/** Quoted as Go's encoding/json does: it also escapes what would matter inside HTML and in old JavaScript. */
export function goText(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A list of texts. */
export function goList(list: readonly string[]): string {
  return `[${list.map(goText).join(',')}]`;
}

/** A map of texts, keys in Go's order. JSON.stringify would put keys that look like numbers first. */
export function goMap(map: Readonly<Record<string, string>>): string {
  return goObject(
    Object.entries(map)
      .sort(([left], [right]) => byCodePoint(left, right))
      .map(([key, text]) => [key, goText(text)]),
  );
}

/** An object of fields that are JSON already, in the order given. */
export function goObject(fields: readonly (readonly [name: string, json: string])[]): string {
  return `{${fields.map(([name, json]) => `${goText(name)}:${json}`).join(',')}}`;
}
