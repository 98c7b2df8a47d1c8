import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cutTo, tableLines, type Column } from './table.js';

type Row = readonly [name: string, state: string, note: string];
const columns: readonly Column<Row>[] = [
  { head: 'NAME', dropped: 0, cell: ([name]) => name },
  { head: 'STATE', dropped: 0, align: 'right', cell: ([, state]) => state, paint: (text) => `<${text}>` },
  { head: 'NOTE', dropped: 1, cell: ([, , text]) => text },
];
const rows: readonly Row[] = [
  ['short', 'Done', 'a'],
  ['日本語の名前', 'Running', 'b'],
];

describe('a table', () => {
  it('gives each column the width of its widest cell, in columns of the terminal', () => {
    expect(tableLines(rows, columns)).toEqual([
      'NAME             STATE   NOTE',
      'short          <   Done>   a',
      '日本語の名前   <Running>   b',
    ]);
  });

  it('leaves out what may go before it shortens what stays', () => {
    const plain = columns.map(({ paint: _, ...column }) => column);
    expect(tableLines(rows, plain, { width: 22 })[0]).toBe('NAME             STATE');
    const lines = tableLines(rows, plain, { width: 17 });
    expect(lines.every((line) => stringWidth(line) <= 17)).toBe(true);
    expect(lines[2]).toMatch(/^日本.*… +Runn.*/);
  });

  it('shortens the last column that may go where enough of it is left to be of use', () => {
    const long = [['a', 'Done', 'a note of forty-one characters, no more...']] as const;
    const plain = columns.map(({ paint: _, ...column }) => column);
    expect(tableLines<Row>(long, plain, { width: 30 })[1]).toBe('a       Done   a note of fort…');
    expect(tableLines<Row>(long, plain, { width: 26 })[1]).toBe('a       Done');
  });

  it('cuts between what a reader sees as characters', () => {
    expect(cutTo('e\u0301te\u0301', 2)).toBe('e\u0301…');
    expect(cutTo('日本', 3)).toBe('日…');
    expect(cutTo('abc', 3)).toBe('abc');
    expect(cutTo('abc', 0)).toBe('');
  });
});
