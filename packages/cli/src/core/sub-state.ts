import type { JobSnapshot } from '@docker-tracker/tracker';
import { plainText } from './plain-text.js';

/** What more is to be said of a job's state: its sub-state, or that the engine does not answer for it. */
export function subStateText({ subState, inDoubt }: Pick<JobSnapshot, 'subState' | 'inDoubt'>): string {
  return inDoubt ? 'in doubt' : plainText(subState);
}
