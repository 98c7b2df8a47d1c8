import { signal } from '@preact/signals';

function current(): string | undefined {
  return /^#\/jobs\/([0-9a-f]{12,64})$/.exec(location.hash)?.[1];
}

/** The job whose page is shown; undefined: all of them. */
export const openJob = signal(current());

addEventListener('hashchange', () => {
  openJob.value = current();
});

export function hrefOf(jobId: string): string {
  return `#/jobs/${jobId}`;
}

export function showJob(jobId: string): void {
  location.hash = hrefOf(jobId);
}

export function showAll(): void {
  location.hash = '#/';
}
