import type { JobSnapshot } from '@docker-tracker/tracker';
import { jobNamed } from '../job-name.js';
import { listedJobs, roomForJobs, settled, SORTS, type TopAction, type TopModel } from './top-model.js';

/** A key as Node's `readline` names it. */
export interface Key {
  readonly name?: string | undefined;
  /** The character, if it is one. */
  readonly text?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

/** What a key asks of the world. */
export type TopEffect =
  { readonly type: 'quit' } | { readonly type: 'act'; readonly action: TopAction; readonly job: JobSnapshot };

export interface Pressed {
  readonly model: TopModel;
  readonly effect?: TopEffect;
}

/** The keys, for the help: what is not here does nothing. */
export const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['up k, down j', 'select another job; page up and down, home g, end G'],
  ['s', 'suspend the selected job'],
  ['r', 'resume it'],
  ['h', 'hold it, while it is queued'],
  ['l', 'release it'],
  ['t', 'terminate it, after a yes'],
  ['d', 'delete it once it has ended, after a yes'],
  ['/', 'filter by a part of id, name, state, category or session; escape takes it away'],
  ['o', 'sort by the next of state, started, name, time, exit'],
  ['q', 'leave; so does ctrl-c. The jobs go on'],
];

const ACTIONS: Readonly<Record<string, TopAction>> = {
  s: 'suspend',
  r: 'resume',
  h: 'hold',
  l: 'release',
  t: 'terminate',
  d: 'delete',
};

/** What cannot be taken back is asked for twice. */
const CONFIRMED: ReadonlySet<TopAction> = new Set<TopAction>(['terminate', 'delete']);

/** What a key does to the screen, and what it asks of the world. */
export function press(model: TopModel, key: Key): Pressed {
  if (key.ctrl === true) return key.name === 'c' ? { model, effect: { type: 'quit' } } : { model };
  if (model.mode === 'filter') return { model: pressInFilter(model, key) };
  if (model.mode === 'help') return { model: { ...model, mode: 'table' } };
  if (model.mode !== 'table') return pressInConfirm(model, model.mode, key);
  return pressInTable({ ...model, message: '' }, key);
}

function pressInTable(model: TopModel, key: Key): Pressed {
  if (key.text === 'q') return { model, effect: { type: 'quit' } };
  if (key.text === '?') return { model: { ...model, mode: 'help' } };
  if (key.text === '/') return { model: { ...model, mode: 'filter' } };
  if (key.text === 'o') return { model: { ...model, sort: SORTS[(SORTS.indexOf(model.sort) + 1) % SORTS.length]! } };
  if (key.name === 'escape') return { model: withFilter(model, '') };
  const step = stepOf(model, key);
  if (step !== 0) return { model: moved(model, step) };
  const action = ACTIONS[key.text ?? ''];
  const job = model.selectedId === undefined ? undefined : model.jobs.get(model.selectedId);
  if (action === undefined || job === undefined) return { model };
  if (CONFIRMED.has(action)) return { model: { ...model, mode: { confirm: action, id: job.id } } };
  return { model: { ...model, message: `${action} ${jobNamed(job)} …` }, effect: { type: 'act', action, job } };
}

function pressInConfirm(
  model: TopModel,
  { confirm, id }: { readonly confirm: TopAction; readonly id: string },
  key: Key,
): Pressed {
  const table: TopModel = { ...model, mode: 'table' };
  const job = model.jobs.get(id);
  if (key.text !== 'y' || job === undefined) return { model: { ...table, message: `not ${confirm}d` } };
  return {
    model: { ...table, message: `${confirm} ${jobNamed(job)} …` },
    effect: { type: 'act', action: confirm, job },
  };
}

function pressInFilter(model: TopModel, { name, text }: Key): TopModel {
  if (name === 'return' || name === 'enter') return { ...model, mode: 'table' };
  if (name === 'escape') return { ...withFilter(model, ''), mode: 'table' };
  if (name === 'backspace') return withFilter(model, model.filter.replace(/.$/u, ''));
  return text !== undefined && /^[^\p{Cc}]+$/u.test(text) ? withFilter(model, model.filter + text) : model;
}

function withFilter(model: TopModel, filter: string): TopModel {
  const next = { ...model, filter };
  return settled(next, listedJobs(next));
}

function stepOf(model: TopModel, { name, text }: Key): number {
  if (name === 'up' || text === 'k') return -1;
  if (name === 'down' || text === 'j') return 1;
  if (name === 'pageup') return -roomForJobs(model);
  if (name === 'pagedown' || name === 'space') return roomForJobs(model);
  if (name === 'home' || text === 'g') return -model.jobs.size;
  return name === 'end' || text === 'G' ? model.jobs.size : 0;
}

function moved(model: TopModel, step: number): TopModel {
  const listed = listedJobs(model);
  const at = listed.findIndex(({ id }) => id === model.selectedId) + step;
  const selectedId = listed[Math.min(Math.max(at, 0), listed.length - 1)]?.id;
  return settled({ ...model, selectedId }, listed);
}
