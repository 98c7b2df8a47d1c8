import type { Rig } from './rig.js';

/** The greatest number of these jobs that ran at the same time, from the engine's own events. */
export function mostAtOnce(rig: Rig, ids: readonly string[]): number {
  const steps = ids.flatMap((id) => [
    ...rig.events.of(id, 'start').map(({ timeNano }) => ({ timeNano, by: 1 })),
    ...rig.events.of(id, 'die').map(({ timeNano }) => ({ timeNano, by: -1 })),
  ]);
  steps.sort((one, next) => (one.timeNano < next.timeNano ? -1 : 1));
  let now = 0;
  return Math.max(...steps.map(({ by }) => (now += by)));
}
