import type { JobState, Machine } from '@docker-tracker/drmaa2';
import { computed, effect, signal } from '@preact/signals';
import type { FreshnessMessage } from '../../src/dashboard/feed-message.js';
import type { SortKey } from './job-list.js';
import { JobStore } from './job-store.js';

export const store = new JobStore();

/** Counts up whenever the store has changed, at most once a frame. */
export const revision = signal(0);

/** Whoever looks at the store calls this, to be drawn again when it has changed. */
export function followStore(): number {
  return revision.value;
}

/** Whether the server is heard: not yet, now, or no longer since then (this browser's clock). */
export type Link = { readonly kind: 'connecting' | 'heard' } | { readonly kind: 'lost'; readonly sinceMs: number };
export const link = signal<Link>({ kind: 'connecting' });
export const freshness = signal<FreshnessMessage>({ freshness: 'syncing', sinceMs: Date.now() });
/** How often what had been out of reach was reached again: streams that were cut are opened anew then. */
export const reached = signal(0);
let cut = false;
effect(() => {
  if (link.value.kind === 'lost' || freshness.value.freshness === 'stale') cut = true;
  else if (cut && link.value.kind === 'heard' && freshness.value.freshness === 'live') {
    cut = false;
    reached.value = reached.peek() + 1;
  }
});
export const machine = signal<Machine | undefined>(undefined);
export const loads = signal<readonly number[]>([]);
export const controllable = signal(false);
export const scope = signal<'jobs' | 'containers'>('jobs');

/** What the server's clock is ahead of this one by, milliseconds. */
export const skewMs = signal(0);
/** This browser's time, once a second. */
export const clock = signal(Date.now());
export const engineNow = computed(() => clock.value + skewMs.value);

export const search = signal('');
export const states = signal<ReadonlySet<JobState>>(new Set());
export const session = signal<string | undefined>(undefined);
export const sorting = signal<{ readonly sort: SortKey; readonly descending: boolean }>({
  sort: 'started',
  descending: true,
});
export const view = signal<'table' | 'timeline'>('table');
/** The job on which the keyboard is. */
export const selected = signal<string | undefined>(undefined);
export const helpOpen = signal(false);

/** What somebody is asked to confirm. */
export interface Question {
  readonly jobId: string;
  readonly name: string;
  readonly action: string;
}
export const question = signal<Question | undefined>(undefined);
/** The last control that failed, for people. */
export const notice = signal<string | undefined>(undefined);

export function toggleState(state: JobState): void {
  const next = new Set(states.value);
  if (!next.delete(state)) next.add(state);
  states.value = next;
}

export function sortBy(sort: SortKey): void {
  const { value } = sorting;
  sorting.value = { sort, descending: value.sort === sort ? !value.descending : sort === 'started' };
}
