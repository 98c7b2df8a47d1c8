import type { HttpHandler } from 'msw';
import type { EngineModel } from '../model/engine-model.js';
import type { StatsSample } from '../views/stats-view.js';
import { archiveRoutes } from './archive-routes.js';
import { containerRoutes } from './container-routes.js';
import { eventRoutes, type BeforeSubscribe } from './event-routes.js';
import { execRoutes } from './exec-routes.js';
import { imageRoutes } from './image-routes.js';
import { logRoutes } from './log-routes.js';
import { statsRoutes } from './stats-routes.js';
import { systemRoutes } from './system-routes.js';
import { viewRoutes } from './view-routes.js';
import { waitRoutes } from './wait-routes.js';

/** The whole API as msw handlers, the often asked ones first. */
export function engineRoutes(
  model: EngineModel,
  hooks: { readonly beforeSubscribe: BeforeSubscribe; readonly sampleOf: (id: string) => StatsSample },
): readonly HttpHandler[] {
  return [
    ...viewRoutes(model),
    ...containerRoutes(model),
    ...waitRoutes(model),
    ...logRoutes(model),
    ...eventRoutes(model, hooks.beforeSubscribe),
    ...systemRoutes(model),
    ...execRoutes(model),
    ...imageRoutes(model),
    ...archiveRoutes(model),
    ...statsRoutes(model, hooks.sampleOf),
  ];
}
