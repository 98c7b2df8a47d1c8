import { endOf, type Job } from '../job.js';
import { engineNow } from '../page-state.js';
import { duration, timeOfDay } from '../words.js';
import { StateBadge } from './state-mark.jsx';

/** The states that the job went through, the newest first. */
export function Transitions({ job }: { readonly job: Job }) {
  const now = engineNow.value;
  const ends = job.spans.map((_, index) => job.spans[index + 1]?.[1] ?? endOf(job) ?? now);
  return (
    <section class="card transitions">
      <h2>States</h2>
      <ol>
        {job.spans
          .map(([state, fromMs, subState], index) => (
            <li key={index}>
              <StateBadge state={state} subState={subState} />
              <time>{timeOfDay(fromMs, now)}</time>
              <span class="muted">
                {state === 'Done' || state === 'Failed' ? '' : duration(Math.max(0, (ends[index] ?? now) - fromMs))}
              </span>
            </li>
          ))
          .reverse()}
      </ol>
    </section>
  );
}
