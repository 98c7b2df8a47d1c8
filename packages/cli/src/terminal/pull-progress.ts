import type { DockerTracker, PullProgress } from '@docker-tracker/tracker';
import type { Subscription } from 'rxjs';
import { plainText } from '../core/plain-text.js';
import { showStatusLine } from './status-line.js';

const MEBIBYTE = 1024 * 1024;

/** Shows pulls in one line of standard error while they last; nothing where that is no terminal. */
export function showPulls(tracker: DockerTracker): Subscription | undefined {
  const line = showStatusLine();
  if (!line) return undefined;
  const layers = new Map<string, PullProgress>();
  const pulls = tracker.pulls$.subscribe((step) => {
    if (step.layer !== undefined) layers.set(step.layer, step);
    line.show(pullText(step, layers.values()));
  });
  pulls.add(() => {
    line.clear();
  });
  return pulls;
}

function pullText(step: PullProgress, layers: Iterable<PullProgress>): string {
  const known = [...layers].filter(({ total }) => total !== undefined);
  const sum = (numbers: readonly number[]): string =>
    (numbers.reduce((one, other) => one + other, 0) / MEBIBYTE).toFixed(1);
  const amount =
    known.length > 0
      ? ` ${sum(known.map(({ current }) => current ?? 0))} of ${sum(known.map(({ total }) => total ?? 0))} MiB`
      : '';
  return plainText(`pulling ${step.image}: ${step.status ?? ''}${amount}`);
}
