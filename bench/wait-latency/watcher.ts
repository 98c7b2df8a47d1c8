import { performance } from 'node:perf_hooks';

/** Asked of a watcher: tell when this job has ended. */
export interface Watched {
  readonly id: string;
}

/** Told by a watcher. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ended'; readonly id: string; readonly atMs: number }
  /** Only the bare reader tells it: the engine's own time of the end. */
  | { readonly kind: 'died'; readonly id: string; readonly atMs: number; readonly dieMs: number };

/** Our wall clock with fractions of a millisecond. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

export function tell(told: Told): void {
  process.send?.(told);
}

/** Calls `watch` for each job that the parent asks about; the process ends with its parent. */
export function serve(watch: (id: string) => void): void {
  process.on('message', (message: Watched) => {
    watch(message.id);
  });
  tell({ kind: 'ready' });
}
