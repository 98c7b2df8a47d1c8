import { effect, signal, untracked } from '@preact/signals';
import { listJobs, sessionsOf } from './job-list.js';
import * as page from './page-state.js';

/** Listing may take this part of the time, so that a click is answered in between, however many jobs there are. */
const SHARE = 1 / 8;

/** Ids of the jobs that are shown, in order. */
export const listed = signal<readonly string[]>([]);
export const sessions = signal<readonly string[]>([]);

let lastMs = 0;
let costMs = 0;
let waiting: ReturnType<typeof setTimeout> | undefined;

function list(): void {
  const begin = performance.now();
  const { search, states, session, sorting, store, engineNow } = page;
  const query = { search: search.value, states: states.value, session: session.value, ...sorting.value };
  listed.value = listJobs(store.jobs, query, engineNow.peek());
  sessions.value = sessionsOf(store.jobs);
  lastMs = performance.now();
  costMs = lastMs - begin;
}

/** What somebody asked for is listed at once. */
effect(list);

/** What only changed is listed as often as it costs little. */
effect(() => {
  page.followStore();
  if (waiting !== undefined) return;
  const wait = lastMs + costMs / SHARE - performance.now();
  if (costMs < 2 || wait <= 0) {
    untracked(list);
    return;
  }
  waiting = setTimeout(() => {
    waiting = undefined;
    list();
  }, wait);
});
