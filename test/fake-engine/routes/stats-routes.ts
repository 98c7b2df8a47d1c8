import type { HttpHandler } from 'msw';
import type { EngineModel } from '../model/engine-model.js';
import { json, stream } from '../server/answers.js';
import { route, type Call } from '../server/route.js';
import { statsView, type StatsSample } from '../views/stats-view.js';

const SAMPLE_INTERVAL_MS = 1000;

/** Streaming is the default; `stream=0` answers once. */
export function statsRoutes(model: EngineModel, sampleOf: (id: string) => StatsSample): readonly HttpHandler[] {
  return [route('get', '/containers/:id/stats', (call) => stats(model, sampleOf, call))];
}

function stats(model: EngineModel, sampleOf: (id: string) => StatsSample, { id, query }: Call): Response {
  const container = model.containers.find(id);
  let before: { readonly at: bigint; readonly sample: StatsSample } | undefined;
  const take = (): object => {
    const sample = sampleOf(container.id);
    const view = statsView(model, container, sample, before);
    before = { at: model.clock.now(), sample };
    return view;
  };
  if (isOff(query.get('stream') ?? '1')) {
    const isNamed = isOff(query.get('one-shot') ?? '0') || model.profile.oneShotNamed;
    return json(isNamed ? take() : { ...take(), id: undefined, name: undefined });
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
