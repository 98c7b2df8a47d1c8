import type { JobSnapshot } from '@docker-tracker/tracker';
import stringWidth from 'string-width';
import { durationText } from '../core/duration.js';
import { jobNamed } from '../core/job-name.js';
import { KEYS } from '../core/top/top-keys.js';
import { countsByState, listedJobs, roomForJobs, type TopModel } from '../core/top/top-model.js';
import { jobColumns } from '../terminal/job-columns.js';
import { stateColor, type Colors } from '../terminal/state-colors.js';
import { cutTo, tableLines } from '../terminal/table.js';

/** The screen as lines: at most as many as it has, none wider than it is. */
export function topLines(model: TopModel, colors: Colors): readonly string[] {
  const body = model.mode === 'help' ? helpLines(model, colors) : jobLines(model, colors);
  const room = roomForJobs(model) + 1;
  const filled = [...body, ...Array<string>(Math.max(0, room - body.length)).fill('')].slice(0, room);
  return [titleLine(model, colors), countsLine(model, colors), ...filled, lastLine(model, colors)].slice(0, model.rows);
}

function titleLine(model: TopModel, colors: Colors): string {
  const fresh = freshnessText(model);
  const title = cutTo(`docker-tracker top  ${model.title}`, Math.max(0, model.columns - fresh.length - 2));
  const gap = ' '.repeat(Math.max(2, model.columns - stringWidth(title) - fresh.length));
  const paint = model.freshness === 'live' ? colors.green : model.freshness === 'syncing' ? colors.yellow : colors.red;
  return colors.bold(title) + gap + paint(cutTo(fresh, model.columns));
}

/** What is shown while the engine cannot be reached is the last that was known, and says since when. */
function freshnessText({ freshness, freshnessSince, now }: TopModel): string {
  if (freshness !== 'stale') return freshness;
  return `stale since ${durationText(now - freshnessSince)}, reconnecting`;
}

/** Painted only where all of it fits: a cut through paint would leave the rest of the screen in it. */
function countsLine({ jobs, columns }: TopModel, colors: Colors): string {
  const counts = countsByState(jobs.values());
  const plain = [`${String(jobs.size)} jobs`, ...counts.map(([state, count]) => `${String(count)} ${state}`)];
  if (plain.join('  ').length > columns) return cutTo(plain.join('  '), columns);
  return [plain[0], ...counts.map(([state, count]) => `${String(count)} ${stateColor(state, colors)(state)}`)].join(
    '  ',
  );
}

function jobLines(model: TopModel, colors: Colors): readonly string[] {
  const listed = listedJobs(model);
  const shown = listed.slice(model.offset, model.offset + roomForJobs(model));
  const sessions = new Set([...model.jobs.values()].map(({ session }) => session)).size > 1;
  const look = { colors, now: model.now, sessions };
  const [head = '', ...lines] = tableLines<JobSnapshot>(shown, jobColumns(look), { width: model.columns });
  const selected = shown.findIndex(({ id }) => id === model.selectedId);
  // The selected row is turned round as a whole, so it must not be painted in parts.
  const plain = tableLines<JobSnapshot>(shown, plainColumns(look), { width: model.columns });
  const rows = lines.map((line, at) =>
    at === selected ? inverse(plain[at + 1] ?? line, model.columns, colors) : line,
  );
  return [colors.bold(head), ...rows];
}

function plainColumns(look: Parameters<typeof jobColumns>[0]): ReturnType<typeof jobColumns> {
  return jobColumns(look).map(({ paint: _, ...column }) => column);
}

/** Without colours the selected row is still to be seen. */
function inverse(line: string, width: number, colors: Colors): string {
  const marked = colors.isColorSupported ? line : cutTo(`> ${line}`, width);
  return colors.inverse(marked + ' '.repeat(Math.max(0, width - stringWidth(marked))));
}

function helpLines({ columns }: TopModel, colors: Colors): readonly string[] {
  const width = Math.max(...KEYS.map(([keys]) => keys.length)) + 3;
  return ['', ...KEYS.map(([keys, does]) => colors.bold(keys.padEnd(width)) + cutTo(does, columns - width))];
}

function lastLine({ mode, filter, sort, message, columns, jobs }: TopModel, colors: Colors): string {
  if (mode === 'help') return cutTo('any key goes back', columns);
  if (mode === 'filter') return cutTo(`/${filter}█`, columns);
  if (mode !== 'table') {
    const job = jobs.get(mode.id);
    return colors.bold(cutTo(`${mode.confirm} ${job ? jobNamed(job) : mode.id}? y or n`, columns));
  }
  if (message !== '') return cutTo(message, columns);
  const filtered = filter === '' ? '' : `filter "${filter}"  `;
  return colors.dim(cutTo(`${filtered}sort ${sort}  ? help  q quit  s r h l t d  / filter  o sort`, columns));
}
