import { describe, expect, it } from 'vitest';
import { AnsiText } from './ansi-text.js';

const ESC = '\u001b';
const BLUE_ON_RED = { color: 'var(--ansi-blue)', background: 'color-mix(in srgb, var(--ansi-red) 30%, transparent)' };

describe('AnsiText', () => {
  it.each([
    ['plain text', 'a\nb', ['a', 'b']],
    ['a line that is written over', '10 %\r20 %\r100 %\ndone', ['100 %', 'done']],
    ['a line that ends as on Windows', 'a\r\nb\r\n', ['a', 'b', '']],
    ['colours', `${ESC}[31mred${ESC}[0m plain`, ['red plain']],
    ['a title', `${ESC}]0;title\u0007text`, ['text']],
    ['a link', `${ESC}]8;;https://example.org${ESC}\\text${ESC}]8;;${ESC}\\`, ['text']],
    ['cursor and screen', `${ESC}[2J${ESC}[1;1H${ESC}[?25la${ESC}[K${ESC}[5A`, ['a']],
    ['a character set', `${ESC}(Ba`, ['a']],
    ['control characters', 'a\u0000\u0007\u0008b\u007f\u009bc', ['abc']],
    [
      'a colour that is none',
      `${ESC}[38;2;1;1;1;url(x)mtext`,
      expect.arrayContaining([expect.stringContaining('text')]),
    ],
  ])('shows %s', (_, written, lines) => {
    const text = new AnsiText();
    text.write(written);
    expect(plain(text)).toEqual(lines);
  });

  it('shows the same however the output is cut', () => {
    const written = `a${ESC}[1;32mgreen${ESC}[0m${ESC}]8;;x${ESC}\\b\nc\r${ESC}[38;5;208morange${ESC}[0m`;
    const whole = new AnsiText();
    whole.write(written);
    for (let cut = 1; cut < written.length; cut += 1) {
      const text = new AnsiText();
      text.write(written.slice(0, cut));
      text.write(written.slice(cut));
      expect(looks(text), `cut at ${String(cut)}`).toEqual(looks(whole));
    }
  });

  it('gives the sixteen colours by name, since they depend on the scheme, and others as they are', () => {
    const text = new AnsiText();
    text.write(`${ESC}[1;31ma${ESC}[0;48;5;21mb${ESC}[0;38;2;1;2;3mc${ESC}[0;94;41md${ESC}[0;38;5;12;48;5;1me`);
    expect(text.lines).toEqual([
      [
        { text: 'a', classes: 'ansi-bold', color: 'var(--ansi-red)' },
        { text: 'b', classes: '', background: 'rgb(0, 0, 255)' },
        { text: 'c', classes: '', color: 'rgb(1, 2, 3)' },
        { text: 'd', classes: '', ...BLUE_ON_RED },
        { text: 'e', classes: '', ...BLUE_ON_RED },
      ],
    ]);
  });

  it('goes on in a colour that began earlier', () => {
    const text = new AnsiText();
    text.write(`${ESC}[31ma\n`);
    text.write('b');
    expect(text.lines[1]).toEqual([{ text: 'b', classes: '', color: 'var(--ansi-red)' }]);
  });

  it('tells decorations that come one after the other apart', () => {
    const text = new AnsiText();
    text.write(`${ESC}[1ma${ESC}[4mb${ESC}[1mc`);
    expect(text.lines[0]?.map(({ classes }) => classes)).toEqual([
      'ansi-bold',
      'ansi-bold ansi-underline',
      'ansi-bold ansi-underline',
    ]);
  });

  it('keeps the last lines, and so much of a line without an end', () => {
    const text = new AnsiText();
    text.write(Array.from({ length: 6_000 }, (_, index) => String(index)).join('\n'));
    expect(text.lines).toHaveLength(5_000);
    expect(text.dropped).toBe(1_000);
    expect(plain(text).at(-1)).toBe('5999');
    for (let times = 0; times < 50; times += 1) text.write('x'.repeat(1_000));
    expect(plain(text).at(-1)?.length).toBe(20_000);
  });
});

function plain({ lines }: AnsiText): string[] {
  return lines.map((line) => line.map(({ text }) => text).join(''));
}

/** Each character with its look: where pieces are joined is of no interest. */
function looks({ lines }: AnsiText): unknown {
  return lines.map((line) => line.flatMap(({ text, ...look }) => text.split('').map((one) => ({ one, ...look }))));
}
