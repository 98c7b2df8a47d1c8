import type { JobState } from '@docker-tracker/drmaa2';
import { LABELS } from '../job.js';

/** A shape for each state, so that nobody needs the colours. */
const SHAPES: Readonly<Record<JobState, string>> = {
  Running: 'M5 3.2v9.6L13 8z',
  Queued: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6z',
  QueuedHeld: 'M5 7V5.5a3 3 0 0 1 6 0V7h1v6H4V7zm1.6 0h2.8V5.5a1.4 1.4 0 0 0-2.8 0z',
  Suspended: 'M4 3.5h3v9H4zm5 0h3v9H9z',
  Requeued: 'M8 3a5 5 0 0 1 4.6 3L14 5.4V9.6H9.8l1.5-1.5A3 3 0 1 0 10.6 10l1.5 1.2A5 5 0 1 1 8 3z',
  RequeuedHeld: 'M8 2l6 6-6 6-6-6zm0 3L5 8l3 3 3-3z',
  Done: 'M6.6 12.4 2.6 8.3l1.5-1.5 2.5 2.6 5.3-5.8 1.5 1.4z',
  Failed: 'M4.4 3 8 6.6 11.6 3 13 4.4 9.4 8l3.6 3.6-1.4 1.4L8 9.4 4.4 13 3 11.6 6.6 8 3 4.4z',
  Undetermined: 'M3 7h2.4v2H3zm3.8 0h2.4v2H6.800zm3.8 0H13v2h-2.400z',
};

export function StateMark({ state }: { readonly state: JobState }) {
  return (
    <svg class={`mark state-${state}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[state]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}

export function StateBadge({ state, subState = '' }: { readonly state: JobState; readonly subState?: string }) {
  return (
    <span class={`badge state-${state}`} data-state={state}>
      <StateMark state={state} />
      <span class="badge-label">{LABELS[state]}</span>
      {subState !== '' && subState !== 'held' && <span class="badge-sub">{subState}</span>}
    </span>
  );
}
