import { clock, freshness, link, skewMs } from '../page-state.js';
import { duration } from '../words.js';

interface Shown {
  readonly kind: 'live' | 'syncing' | 'stale' | 'lost';
  readonly label: string;
  /** Undefined where there is nothing to worry about. */
  readonly warning?: string;
}

function shown(): Shown {
  const { value } = link;
  if (value.kind === 'connecting') return { kind: 'syncing', label: 'connecting' };
  if (value.kind === 'lost') {
    const since = duration(Math.max(1_000, clock.value - value.sinceMs));
    return {
      kind: 'lost',
      label: `not heard for ${since}, reconnecting`,
      warning: `The dashboard's server has not been heard for ${since}. What you see is the last that was known; reconnecting.`,
    };
  }
  const { freshness: told, sinceMs } = freshness.value;
  const since = duration(Math.max(1_000, clock.value + skewMs.value - sinceMs));
  switch (told) {
    case 'live':
      return { kind: 'live', label: 'live' };
    case 'syncing':
      return { kind: 'syncing', label: 'syncing' };
    case 'stale':
      return {
        kind: 'stale',
        label: `stale since ${since}, reconnecting`,
        warning: `The Docker Engine has not been reached for ${since}. What you see is the last that was known; reconnecting.`,
      };
    case 'closed':
      return { kind: 'lost', label: 'closed', warning: 'The monitor was closed: nothing more will come.' };
  }
}

/** Whether what is shown is so now. */
export function FreshnessPill() {
  const { kind, label } = shown();
  return (
    <span class={`pill pill-${kind}`} role="status" data-freshness={kind} title={`The view is ${label}`}>
      <span class="pill-dot" />
      {label}
    </span>
  );
}

export function FreshnessBanner() {
  const { warning } = shown();
  return warning === undefined ? null : (
    <div class="banner" role="alert">
      {warning}
    </div>
  );
}
