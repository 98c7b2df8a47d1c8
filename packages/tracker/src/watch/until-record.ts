import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { Subscription } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import { abortable } from './cancellation.js';
import type { JobWatch } from './job-watch.js';

/** Resolves with the first record of the job that satisfies the condition, the present one included; `undefined` once it is removed. */
export function untilRecord(
  watch: Pick<JobWatch, 'records' | 'updates$' | 'forgotten$'>,
  id: string,
  condition: (record: JobRecord) => boolean,
  signal?: AbortSignal,
): Promise<JobRecord | undefined> {
  const present = watch.records.get(id);
  if (present && condition(present)) return Promise.resolve(present);
  if (watch.records.tombstone(id)) return Promise.resolve(undefined);
  const subscription = new Subscription();
  const met = new Promise<JobRecord | undefined>((resolve, reject) => {
    subscription.add(
      watch.updates$.subscribe({
        next: ({ record }) => {
          if (record.id !== id) return;
          if (record.removed) resolve(undefined);
          else if (condition(record)) resolve(record);
        },
        complete: () => {
          reject(new Drmaa2Error('InvalidSession', 'the tracker was closed'));
        },
      }),
    );
    subscription.add(
      watch.forgotten$.subscribe((forgotten) => {
        if (forgotten === id) resolve(undefined);
      }),
    );
  });
  return abortable(met, signal).finally(() => {
    subscription.unsubscribe();
  });
}
