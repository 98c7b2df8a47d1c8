import Anser, { type AnserJsonEntry } from 'anser';
import { cssColor, cssGround } from './ansi-color.js';

/** Some text in one look. */
export interface Styled {
  readonly text: string;
  /** Class names: `ansi-red`, `ansi-bold` … */
  readonly classes: string;
  /** As CSS has it. */
  readonly color?: string;
  readonly background?: string;
}

/** More lines than this are no longer kept: the page shows the end. */
const MOST_LINES = 5_000;
/** A line without an end must not become one without bounds. */
const MOST_LINE = 20_000;

/** Sequences that are not about looks: titles and links (OSC and its kin), character sets, cursor and screen. */
const OTHER_SEQUENCES = new RegExp(
  [
    '\\u001b[\\]PX^_][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)',
    '\\u001b[()*+#%][0-9A-Za-z]',
    '\\u001b\\[[0-?]*[ -/]*[@-ln-~]',
    '\\u001b[0-?@-Z\\\\^_`a-~]',
  ].join('|'),
  'g',
);
/** What may go on in the next piece of output. */
const UNFINISHED = /\u001b(?:\[[0-?]{0,100}[ -/]{0,10}|[\]PX^_][^\u0007\u001b]{0,2000}\u001b?|[()*+#%])?$/;
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]/g;

const SEQUENCE = '\u001b[';
/** A look that does not exist: text after it looks as text before it. */
const NO_CHANGE = `${SEQUENCE}99m`;

/** Output as lines of styled text: what a terminal would colour is coloured, everything else is only text. */
export class AnsiText {
  readonly lines: Styled[][] = [];
  /** How many lines were there and are no longer kept. */
  dropped = 0;
  readonly #parser = new Anser();
  #rest = '';
  #length = 0;
  #returned = false;

  write(text: string): void {
    const all = this.#rest + text;
    const unfinished = UNFINISHED.exec(all)?.[0] ?? '';
    this.#rest = unfinished;
    const complete = all
      .slice(0, all.length - unfinished.length)
      .replace(OTHER_SEQUENCES, '')
      .replace(CONTROLS, '');
    const [first = '', ...more] = complete.split('\n');
    this.#extend(first);
    for (const line of more) {
      this.#begin();
      this.#extend(line);
    }
  }

  #begin(): void {
    this.#length = 0;
    this.#returned = false;
    this.lines.push([]);
    if (this.lines.length <= MOST_LINES) return;
    const surplus = this.lines.length - MOST_LINES;
    this.lines.splice(0, surplus);
    this.dropped += surplus;
  }

  /** What comes after a carriage return is written over the line, as progress bars are. */
  #extend(text: string): void {
    if (this.lines.length === 0) this.lines.push([]);
    text.split('\r').forEach((part, index) => {
      if (index > 0) this.#returned = true;
      if (part !== '') this.#append(part);
    });
  }

  #append(part: string): void {
    const at = this.lines.length - 1;
    const styled = this.#styled(part.slice(0, Math.max(0, MOST_LINE - this.#length)));
    if (styled.length === 0) return;
    if (this.#returned) {
      this.#returned = false;
      this.#length = 0;
      this.lines[at] = [];
    }
    this.#length += part.length;
    this.lines[at] = [...(this.lines[at] ?? []), ...styled];
  }

  /** Sequence by sequence: the parser does not look at text before the first one, and entries of one call share their decorations. */
  #styled(text: string): Styled[] {
    const pieces = text
      .split(/(?=\u001b\[)/)
      .map((piece) => (piece.startsWith(SEQUENCE) ? piece : `${NO_CHANGE}${piece}`));
    return pieces.flatMap((piece) => {
      const entries = this.#parser.ansiToJson(piece, { json: true, remove_empty: true, use_classes: true });
      return entries.map(styledOf);
    });
  }
}

function styledOf(entry: AnserJsonEntry): Styled {
  const { content, decorations, fg, bg, fg_truecolor, bg_truecolor } = entry;
  const color = cssColor(fg, fg_truecolor);
  const background = cssGround(bg, bg_truecolor);
  const looks = [...new Set(decorations)];
  // The parser's own list, which grows as often as a decoration is repeated.
  decorations.splice(0, decorations.length, ...looks);
  const classes = looks.map((decoration) => `ansi-${decoration}`).join(' ');
  return {
    text: content,
    classes,
    ...(color !== undefined && { color }),
    ...(background !== undefined && { background }),
  };
}
