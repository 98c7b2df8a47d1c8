import type { HttpHandler } from 'msw';
import type { EngineModel } from '../model/engine-model.js';
import { json } from '../server/answers.js';
import { route } from '../server/route.js';
import { infoView, versionView } from '../views/system-view.js';

export function systemRoutes(model: EngineModel): readonly HttpHandler[] {
  return [
    route('get', '/_ping', () => ping(model, 'OK')),
    route('head', '/_ping', () => ping(model, '')),
    route('get', '/info', () => json(infoView(model))),
    route('get', '/version', () => json(versionView(model))),
  ];
}

function ping(model: EngineModel, body: string): Response {
  return new Response(body, {
    headers: {
      'cache-control': 'no-cache, no-store, must-revalidate',
      pragma: 'no-cache',
      'content-type': 'text/plain; charset=utf-8',
      'content-length': `${body.length}`,
      ...(model.profile.pingExtras ? { 'builder-version': '2', swarm: 'inactive' } : {}),
    },
  });
}
