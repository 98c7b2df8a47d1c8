import { LABELS, STATES } from '../job.js';
import { followStore, states, store, toggleState } from '../page-state.js';
import { StateMark } from './state-mark.jsx';

/** How many jobs are in each state; a click shows only those. */
export function StateCounts() {
  followStore();
  // States that hardly occur take no room until they do.
  const shown = STATES.filter((state) => !/Requeued|Undetermined/.test(state) || store.counts[state] > 0);
  return (
    <div class="counts" role="group" aria-label="Jobs by state">
      <button
        type="button"
        class="count"
        aria-pressed={states.value.size === 0}
        onClick={() => {
          states.value = new Set();
        }}
      >
        <span class="count-number">{store.jobs.size}</span>
        <span class="count-label">All</span>
      </button>
      {shown.map((state) => (
        <button
          key={state}
          type="button"
          class={`count ${store.counts[state] === 0 ? 'none' : ''}`}
          data-count={state}
          aria-pressed={states.value.has(state)}
          onClick={() => {
            toggleState(state);
          }}
        >
          <span class="count-number">{store.counts[state]}</span>
          <span class="count-label">
            <StateMark state={state} />
            {LABELS[state]}
          </span>
        </button>
      ))}
    </div>
  );
}
