import type { HttpHandler } from 'msw';
import { EngineFailure } from '../model/engine-failure.js';
import type { EngineModel } from '../model/engine-model.js';
import { route } from '../server/route.js';

/** Files in and out of a container: what was put at a path comes back from it, byte for byte. */
export function archiveRoutes(model: EngineModel): readonly HttpHandler[] {
  const read = async (id: string, query: URLSearchParams, withBody: boolean): Promise<Response> => {
    const container = model.containers.find(id);
    const path = readPath(query);
    const bytes = container.archive.get(path);
    if (bytes === undefined)
      throw new EngineFailure(404, `Could not find the file ${path} in container ${container.id}`);
    const stat = { name: path.split('/').pop() ?? '', size: bytes.length, mode: 420, mtime: '', linkTarget: '' };
    await model.publishContainer(container, 'archive-path');
    return new Response(withBody ? new Uint8Array(bytes) : null, {
      headers: {
        'content-type': 'application/x-tar',
        'x-docker-container-path-stat': Buffer.from(JSON.stringify(stat)).toString('base64'),
      },
    });
  };
  return [
    route('get', '/containers/:id/archive', ({ id, query }) => read(id, query, true)),
    route('head', '/containers/:id/archive', ({ id, query }) => read(id, query, false)),
    route('put', '/containers/:id/archive', async ({ id, query, request }) => {
      const container = model.containers.find(id);
      container.archive.set(readPath(query), Buffer.from(await request.arrayBuffer()));
      await model.publishContainer(container, 'extract-to-dir');
      return new Response(null, { status: 200 });
    }),
  ];
}

function readPath(query: URLSearchParams): string {
  const path = query.get('path') ?? '';
  if (path === '') throw new EngineFailure(400, 'bad parameter: path cannot be empty');
  return path;
}
