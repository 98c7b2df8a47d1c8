import type { IBufferCell, Terminal } from '@xterm/headless';

/** Of a terminal with a dark background; the eight colours, then the bright ones. */
const PALETTE = [
  ...['#21262d', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#c9d1d9'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#f0f6fc'],
];
const FOREGROUND = '#c9d1d9';
const BACKGROUND = '#0d1117';
const CELL = { width: 8.4, height: 18, size: 14 };
const MARGIN = 12;

/** What a terminal shows, as an SVG picture. */
export function screenPicture(emulator: Terminal): string {
  const width = Math.ceil(emulator.cols * CELL.width) + 2 * MARGIN;
  const height = emulator.rows * CELL.height + 2 * MARGIN;
  const { active } = emulator.buffer;
  const rows = Array.from({ length: emulator.rows }, (_, y) => {
    const line = active.getLine(active.viewportY + y);
    const cells = Array.from({ length: emulator.cols }, (__, x) => line?.getCell(x)).filter(
      (cell) => cell !== undefined,
    );
    return rowPicture(cells, MARGIN + y * CELL.height);
  });
  const style = `font-family:"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:${String(CELL.size)}px;white-space:pre`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}">`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g style='${style}'>`,
    ...rows.flat(),
    '</g></svg>',
    '',
  ].join('\n');
}

/** Cells that look alike are one piece of text. */
function rowPicture(cells: readonly IBufferCell[], y: number): readonly string[] {
  const parts: string[] = [];
  for (let from = 0; from < cells.length;) {
    const look = lookOf(cells[from]!);
    let until = from + 1;
    while (until < cells.length && lookOf(cells[until]!).key === look.key) until += 1;
    const text = cells
      .slice(from, until)
      .map((cell) => (cell.getWidth() === 0 ? '' : cell.getChars() || ' '))
      .join('');
    const x = MARGIN + from * CELL.width;
    const width = (until - from) * CELL.width;
    if (look.background !== BACKGROUND) {
      parts.push(
        `<rect x="${x.toFixed(1)}" y="${String(y)}" width="${width.toFixed(1)}" height="${String(CELL.height)}" fill="${look.background}"/>`,
      );
    }
    if (text.trim() !== '') {
      const more = `${look.bold ? ' font-weight="bold"' : ''}${look.dim ? ' opacity="0.6"' : ''}`;
      const at = `x="${x.toFixed(1)}" y="${String(y + 13)}" textLength="${width.toFixed(1)}"`;
      parts.push(`<text ${at} fill="${look.foreground}"${more} xml:space="preserve">${escaped(text)}</text>`);
    }
    from = until;
  }
  return parts;
}

function lookOf(cell: IBufferCell): {
  readonly key: string;
  readonly foreground: string;
  readonly background: string;
  readonly bold: boolean;
  readonly dim: boolean;
} {
  const own = cell.isFgPalette() ? (PALETTE[cell.getFgColor()] ?? FOREGROUND) : FOREGROUND;
  const inverse = cell.isInverse() !== 0;
  const [foreground, background] = inverse ? [BACKGROUND, own] : [own, BACKGROUND];
  const [bold, dim] = [cell.isBold() !== 0, cell.isDim() !== 0];
  return { key: [foreground, background, bold, dim].join(), foreground, background, bold, dim };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
