const SIXTEEN = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/**
 * The colour of some text as CSS has it, by the parser's name for it. The sixteen colours are the style sheet's, one for a colour and
 * its bright sister: they depend on the scheme.
 */
export function cssColor(name: string | null, truecolor: string | null): string | undefined {
  if (name === 'ansi-truecolor' && truecolor !== null)
    return /^\d+, ?\d+, ?\d+$/.test(truecolor) ? `rgb(${truecolor})` : undefined;
  const index = Number(/^ansi-palette-(\d+)$/.exec(name ?? '')?.[1] ?? Number.NaN);
  if (index >= 16 && index <= 255) return rgbOf(index);
  const word = index < 16 ? SIXTEEN[index % 8] : /^ansi-(?:bright-)?([a-z]+)$/.exec(name ?? '')?.[1];
  return word !== undefined && SIXTEEN.includes(word) ? `var(--ansi-${word})` : undefined;
}

/** The same behind some text. One of the sixteen is thinned, so that text of any colour can be read on it. */
export function cssGround(name: string | null, truecolor: string | null): string | undefined {
  const color = cssColor(name, truecolor);
  return color?.startsWith('var') === true ? `color-mix(in srgb, ${color} 30%, transparent)` : color;
}

/** A grey, or one of the cube of six by six by six. */
function rgbOf(index: number): string {
  if (index >= 232)
    return `rgb(${Array(3)
      .fill(8 + (index - 232) * 10)
      .join(', ')})`;
  const cube = index - 16;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level).join(', ')})`;
}
