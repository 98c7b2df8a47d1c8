import stringWidth from 'string-width';

/** One column of a table. */
export interface Column<Row> {
  readonly head: string;
  readonly align?: 'right';
  /** On a narrow terminal those with the highest number go first; 0 stays and is shortened at last. */
  readonly dropped: number;
  readonly cell: (row: Row) => string;
  /** How the finished cell is painted; it must not change what it says. */
  readonly paint?: (text: string, row: Row) => string;
}

export interface TableLook {
  /** Columns of the terminal; absent: as wide as it comes, nothing is left out. */
  readonly width?: number | undefined;
  readonly paintHead?: (text: string) => string;
}

const GAP = '   ';
const NARROWEST_CELL = 3;
/** A column that may be left out is worth no less than that. */
const WORTH_SHOWING = 12;

/** The rows as lines, the head first; no line is wider than the terminal. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[], look: TableLook = {}): string[] {
  const measured = columns.map((column) => {
    const cells = rows.map((row) => column.cell(row));
    return { column, cells, width: Math.max(stringWidth(column.head), ...cells.map((cell) => stringWidth(cell))) };
  });
  const shown = fitting(measured, look.width);
  const line = (texts: readonly string[]): string => texts.join(GAP).trimEnd();
  const head = line(
    shown.map(({ column, width }, at) => aligned(column.head, width, column.align, at === shown.length - 1)),
  );
  const paintHead = look.paintHead ?? ((text: string) => text);
  return [
    paintHead(head),
    ...rows.map((row, index) =>
      line(
        shown.map(({ column, cells, width }, at) => {
          const text = aligned(cells[index] ?? '', width, column.align, at === shown.length - 1);
          return column.paint ? column.paint(text, row) : text;
        }),
      ),
    ),
  ];
}

interface Measured<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
  readonly width: number;
}

/** Leaves out what may go, or shortens it where enough room is left, then shortens the widest that stays, until it fits. */
function fitting<Row>(measured: readonly Measured<Row>[], width: number | undefined): readonly Measured<Row>[] {
  if (width === undefined) return measured;
  let left = [...measured];
  while (totalWidth(left) > width) {
    const most = Math.max(...left.map(({ column }) => column.dropped));
    if (most === 0) return shortened(left, width);
    const going = left.filter(({ column }) => column.dropped === most);
    const over = totalWidth(left) - width;
    const [only] = going;
    if (going.length === 1 && only !== undefined && only.width - over >= WORTH_SHOWING) {
      return left.map((one) => (one === only ? { ...one, width: one.width - over } : one));
    }
    left = left.filter(({ column }) => column.dropped !== most);
  }
  return left;
}

function shortened<Row>(columns: readonly Measured<Row>[], width: number): readonly Measured<Row>[] {
  let left = [...columns];
  for (let over = totalWidth(left) - width; over > 0; over = totalWidth(left) - width) {
    const widest = left.reduce((one, other) => (other.width > one.width ? other : one));
    const second = Math.max(NARROWEST_CELL, ...left.filter((one) => one !== widest).map((one) => one.width));
    const target = Math.max(NARROWEST_CELL, widest.width - over, Math.min(second, widest.width - 1));
    if (target >= widest.width) return left;
    left = left.map((one) => (one === widest ? { ...one, width: target } : one));
  }
  return left;
}

function totalWidth(columns: readonly { readonly width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, GAP.length * Math.max(0, columns.length - 1));
}

function aligned(text: string, width: number, align: 'right' | undefined, last: boolean): string {
  const cut = cutTo(text, width);
  const padding = ' '.repeat(Math.max(0, width - stringWidth(cut)));
  if (align === 'right') return padding + cut;
  return last ? cut : cut + padding;
}

/** The beginning of a text that fills at most so many columns; `…` where something is missing. */
export function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    const more = stringWidth(segment);
    if (used + more > width - 1) break;
    cut += segment;
    used += more;
  }
  return width > 0 ? `${cut}…` : '';
}
