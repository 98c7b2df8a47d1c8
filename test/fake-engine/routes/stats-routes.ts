import type { HttpHandler } from 'msw';
import type { EngineModel } from '../model/engine-model.js';
import { json, stream } from '../server/answers.js';
import { route, type Call } from '../server/route.js';
import { statsView, type StatsSample, type TakenSample } from '../views/stats-view.js';

const SAMPLE_INTERVAL_MS = 1000;

/** Streaming is the default; `stream=0` answers once. */
export function statsRoutes(model: EngineModel, sampleOf: (id: string) => StatsSample): readonly HttpHandler[] {
  return [route('get', '/containers/:id/stats', (call) => stats(model, sampleOf, call))];
}

async function stats(
  model: EngineModel,
  sampleOf: (id: string) => StatsSample,
  { id, query }: Call,
): Promise<Response> {
  const container = model.containers.find(id);
  let before: TakenSample | undefined;
  const take = (): object => {
    const now = { at: model.clock.now(), sample: sampleOf(container.id) };
    const view = statsView(model, container, now, before);
    before = now;
    return view;
  };
  if (isOff(query.get('stream') ?? '1')) {
    const isOneShot = !isOff(query.get('one-shot') ?? '0');
    if (isOneShot) return json(model.profile.oneShotNamed ? take() : { ...take(), id: undefined, name: undefined });
    // two samples, so that one can be compared with the other
    if (container.running) {
      take();
      await new Promise<void>((resolve) => void model.clock.after(SAMPLE_INTERVAL_MS, resolve));
    }
    return json(take());
  }
  let cancelTimer = (): void => undefined;
  return stream(
    {
      pull: async () => {
        if (before !== undefined)
          await new Promise<void>((resolve) => {
            cancelTimer = model.clock.after(SAMPLE_INTERVAL_MS, resolve);
          });
        return container.removed ? undefined : Buffer.from(`${JSON.stringify(take())}\n`);
      },
      cancel: () => {
        cancelTimer();
      },
    },
    { 'content-type': 'application/json' },
  );
}

function isOff(value: string): boolean {
  return value === '0' || value === 'false';
}
