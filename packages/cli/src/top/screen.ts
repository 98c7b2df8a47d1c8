/** The terminal as a whole, in a buffer of its own: what was there before comes back. */
export interface Screen {
  /** Shows these lines, each no wider than the terminal. */
  show(lines: readonly string[]): void;
  /** Everything is drawn anew at the next show: the terminal has another size, or somebody wrote into it. */
  forget(): void;
  /** Gives the terminal back. Calling it again changes nothing. */
  close(): void;
}

const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[?25h\u001B[?1049l';
const CLEAR = '\u001B[2J';
const CLEAR_TO_END_OF_LINE = '\u001B[K';
const PLAIN = '\u001B[0m';

/** Takes the terminal; it is given back at the latest when the process ends, also by a crash. */
export function openScreen(output: NodeJS.WriteStream): Screen {
  let shown: readonly string[] = [];
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    process.off('exit', close);
    output.write(PLAIN + LEAVE);
  };
  process.on('exit', close);
  output.write(ENTER + CLEAR);
  return {
    show: (lines) => {
      if (!open) return;
      const most = Math.max(lines.length, shown.length);
      const changed = Array.from({ length: most }, (_, at) => at).filter((at) => lines[at] !== shown[at]);
      // What is longer than it was is written over, the rest of its old line is cleared.
      const text = changed.map((at) => `\u001B[${String(at + 1)};1H${lines[at] ?? ''}${PLAIN}${CLEAR_TO_END_OF_LINE}`);
      if (text.length > 0) output.write(text.join(''));
      shown = lines;
    },
    forget: () => {
      shown = [];
      if (open) output.write(CLEAR);
    },
    close,
  };
}
