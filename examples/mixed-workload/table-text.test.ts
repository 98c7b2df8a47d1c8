import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { tableText, type TableRow } from './table-text.js';

const colors = picocolors.createColors(false);
const job = {
  id: '0123456789abcdef',
  session: 'a',
  state: 'Failed',
  subState: 'signal:SIGKILL',
  containerName: 'job-a',
  category: 'busybox',
  exitStatus: 137,
  removed: false,
} as const;
const rows: readonly TableRow[] = [
  { title: 'controlled', job, elapsedMs: 1234 },
  { title: 'array[1]', job: undefined, elapsedMs: undefined },
];

function draw(width: number): readonly string[] {
  return tableText({ rows, freshness: 'live', elapsedMs: 2000 }, { width, colors }).split('\n');
}

describe('the table', () => {
  it('shows all columns where there is room', () => {
    expect(draw(80).map((line) => line.trimEnd())).toEqual([
      'JOB         STATE      SUB-STATE       EXIT     TIME  CONTAINER',
      'controlled  Failed     signal:SIGKILL   137    1.2 s  0123456789ab',
      'array[1]',
      '',
      '1 of 2 jobs ended, 2.0 s',
    ]);
  });

  it.each([80, 66, 65, 60, 51, 40, 27])('fits into %i columns, with name, state and exit status', (width) => {
    const lines = draw(width);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    expect(lines[1]).toMatch(/^controlled +Failed .*\b137\b/);
  });

  it('tells when the view is not live', () => {
    expect(tableText({ rows, freshness: 'stale', elapsedMs: 0 }, { width: 80, colors })).toContain('the view is stale');
  });

  it('colours states only when colours are wanted', () => {
    const coloured = tableText(
      { rows, freshness: 'live', elapsedMs: 0 },
      { width: 80, colors: picocolors.createColors(true) },
    );
    expect(coloured).toContain('\u001b[31mFailed');
    expect(draw(80).join('\n')).not.toContain('\u001b');
  });
});
