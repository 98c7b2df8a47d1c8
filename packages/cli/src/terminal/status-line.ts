import { cutTo } from './table.js';

/** Clears the line that the cursor is in. */
const CLEAR_LINE = '\r\u001B[K';

/** One line of standard error that is written over. */
export interface StatusLine {
  show(text: string): void;
  clear(): void;
}

/** `undefined` where standard error is no terminal: a line that is written over is of use to nobody there. */
export function showStatusLine(): StatusLine | undefined {
  const { stderr } = process;
  if (!stderr.isTTY) return undefined;
  return {
    show: (text) => stderr.write(CLEAR_LINE + cutTo(text, stderr.columns - 1)),
    clear: () => stderr.write(CLEAR_LINE),
  };
}
