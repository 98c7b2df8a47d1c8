import type { Freshness, JobSnapshot, JobState } from '@docker-tracker/tracker';
import Table from 'cli-table3';
import type { Colors } from 'picocolors/types.js';

export interface TableRow {
  readonly title: string;
  /** Absent: not submitted yet. */
  readonly job: JobSnapshot | undefined;
  readonly elapsedMs: number | undefined;
}

export interface TableContent {
  readonly rows: readonly TableRow[];
  readonly freshness: Freshness;
  readonly elapsedMs: number;
}

export interface TableLook {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colors: Colors;
}

interface Column {
  readonly head: string;
  readonly width: number;
  /** On a narrow terminal those with the highest number go first; 0 stays. */
  readonly dropped: number;
  readonly align?: 'right';
  readonly cell: (row: TableRow, colors: Colors) => string;
}

const COLUMNS: readonly Column[] = [
  { head: 'JOB', width: 10, dropped: 0, cell: ({ title }) => title },
  { head: 'STATE', width: 9, dropped: 0, cell: ({ job }, colors) => (job ? stateText(job.state, colors) : '') },
  { head: 'SUB-STATE', width: 14, dropped: 1, cell: ({ job }) => job?.subState ?? '' },
  { head: 'EXIT', width: 4, dropped: 0, align: 'right', cell: ({ job }) => String(job?.exitStatus ?? '') },
  { head: 'TIME', width: 7, dropped: 2, align: 'right', cell: ({ elapsedMs }) => elapsed(elapsedMs) },
  { head: 'CONTAINER', width: 12, dropped: 3, cell: ({ job }, colors) => colors.dim(job?.id.slice(0, 12) ?? '') },
];
const GAP = 2;

const BARE = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' '.repeat(GAP) },
};

/** The jobs as a table that fits into the terminal's width. */
export function tableText({ rows, freshness, elapsedMs }: TableContent, { width, colors }: TableLook): string {
  const columns = fitting(width);
  const table = new Table({
    chars: BARE,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    head: columns.map(({ head }) => colors.bold(head)),
    colWidths: columns.map((column) => column.width),
    colAligns: columns.map(({ align }) => align ?? 'left'),
  });
  table.push(...rows.map((row) => columns.map(({ cell }) => cell(row, colors))));
  return `${table.toString()}\n\n${progressText(rows, freshness, elapsedMs).slice(0, width)}`;
}

function fitting(width: number): readonly Column[] {
  let columns = COLUMNS;
  for (let drop = 3; drop > 0 && totalWidth(columns) > width; drop -= 1) {
    columns = columns.filter(({ dropped }) => dropped < drop);
  }
  return columns;
}

function totalWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width + GAP, -GAP);
}

function progressText(rows: readonly TableRow[], freshness: Freshness, elapsedMs: number): string {
  const ended = rows.filter(({ job }) => job?.state === 'Done' || job?.state === 'Failed').length;
  const text = `${ended} of ${rows.length} jobs ended, ${elapsed(elapsedMs)}`;
  return freshness === 'live' ? text : `${text}, the view is ${freshness}`;
}

function elapsed(ms: number | undefined): string {
  return ms === undefined ? '' : `${(ms / 1000).toFixed(1)} s`;
}

function stateText(state: JobState, colors: Colors): string {
  switch (state) {
    case 'Done':
      return colors.green(state);
    case 'Failed':
      return colors.red(state);
    case 'Running':
      return colors.cyan(state);
    case 'Suspended':
      return colors.yellow(state);
    case 'Queued':
    case 'QueuedHeld':
    case 'Requeued':
    case 'RequeuedHeld':
    case 'Undetermined':
      return colors.dim(state);
  }
}
