import type { HttpHandler } from 'msw';
import type { Container } from '../model/container.js';
import { createContainer, readRestartPolicy, asRecord } from '../model/create-container.js';
import { EngineFailure } from '../model/engine-failure.js';
import type { EngineModel } from '../model/engine-model.js';
import { pauseContainer, unpauseContainer } from '../model/freeze-container.js';
import { removeContainer } from '../model/remove-container.js';
import { renameContainer } from '../model/rename-container.js';
import { startContainer } from '../model/run-container.js';
import { killContainer, restartContainer, stopContainer, type StopOptions } from '../model/signal-container.js';
import { empty, json } from '../server/answers.js';
import { isSet, jsonBody, route, type Call } from '../server/route.js';

/** Commands: what changes a container. */
export function containerRoutes(model: EngineModel): readonly HttpHandler[] {
  const on = (action: string, work: (container: Container, call: Call) => Promise<Response | undefined>): HttpHandler =>
    route('post', `/containers/:id/${action}`, async (call) => {
      return (await work(model.containers.find(call.id), call)) ?? empty(204);
    });
  return [
    route('post', '/containers/create', (call) => create(model, call)),
    on('start', async (container, { request }) => {
      if ((await request.text()).length > 0)
        throw new EngineFailure(
          400,
          'starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24',
        );
      return (await startContainer(model, container)) ? undefined : empty(304);
    }),
    on('stop', async (container, { query }) =>
      (await stopContainer(model, container, readStop(query))) ? undefined : empty(304),
    ),
    on('restart', async (container, { query }) => {
      await restartContainer(model, container, readStop(query));
      return undefined;
    }),
    route('post', '/containers/:id/kill', async ({ id, query }) => {
      await killContainer(model, findToKill(model, id), query.get('signal') ?? '');
      return empty(204);
    }),
    on('pause', async (container) => {
      await pauseContainer(model, container);
      return undefined;
    }),
    on('unpause', async (container) => {
      await unpauseContainer(model, container);
      return undefined;
    }),
    on('rename', async (container, { query }) => {
      await renameContainer(model, container, query.get('name') ?? '');
      return undefined;
    }),
    on('update', (container, call) => update(model, container, call)),
    route('delete', '/containers/:id', async ({ id, query }) => {
      await removeContainer(model, model.containers.find(id), isSet(query, 'force'));
      return empty(204);
    }),
  ];
}

async function create(model: EngineModel, { query, request }: Call): Promise<Response> {
  const type = request.headers.get('content-type');
  if (type !== null && !type.startsWith('application/json'))
    throw new EngineFailure(400, `unsupported Content-Type header (${type}): must be 'application/json'`);
  const container = await createContainer(model, query.get('name') ?? undefined, await jsonBody(request));
  return json({ Id: container.id, Warnings: [] }, 201);
}

async function update(model: EngineModel, container: Container, { request }: Call): Promise<Response> {
  const { RestartPolicy: policy, ...resources } = await jsonBody(request);
  await container.lock.run(async () => {
    const asked = policy === undefined ? {} : { RestartPolicy: readRestartPolicy(model, asRecord(policy)) };
    if (policy !== undefined && container.hostConfig.AutoRemove)
      throw new EngineFailure(409, 'Restart policy cannot be updated because AutoRemove is enabled for the container');
    container.hostConfig = { ...container.hostConfig, ...resources, ...asked };
    container.save();
    await model.publishContainer(container, 'update');
  });
  return json({ Warnings: null });
}

/** Only `kill` wraps its 404. */
function findToKill(model: EngineModel, id: string): Container {
  try {
    return model.containers.find(id);
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    throw new EngineFailure(error.status, model.messages.cannotKill(id, error.message));
  }
}

function readStop(query: URLSearchParams): StopOptions {
  const timeout = query.get('t');
  if (timeout !== null && !/^-?\d+$/.test(timeout))
    throw new EngineFailure(500, `strconv.Atoi: parsing "${timeout}": invalid syntax`);
  const signal = query.get('signal');
  return {
    ...(timeout === null ? {} : { timeoutSec: Number(timeout) }),
    ...(signal === null ? {} : { signal }),
  };
}
