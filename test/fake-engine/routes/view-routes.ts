import type { HttpHandler } from 'msw';
import { EngineFailure } from '../model/engine-failure.js';
import type { Container, ContainerReplica } from '../model/container.js';
import { turn, type EngineModel } from '../model/engine-model.js';
import { json, stream } from '../server/answers.js';
import { filtersOf, isSet, route, type Call } from '../server/route.js';
import { inspectView } from '../views/inspect-view.js';
import { checkListFilters, rowMatches } from '../views/list-filter.js';
import { listRow } from '../views/list-view.js';
import { topView } from '../views/top-view.js';

/** Views: the list reads the replica, inspect waits for the container's lock and is never older than an event. */
export function viewRoutes(model: EngineModel): readonly HttpHandler[] {
  return [
    route('get', '/containers/json', (call) => rowsAnswer(model, list(model, call), call.apiVersion)),
    route('get', '/containers/:id/json', ({ id, apiVersion }) => {
      const container = model.containers.find(id);
      return container.lock.run(() => json(inspectView(model, container, apiVersion)));
    }),
    route('get', '/containers/:id/top', (call) => top(model, call)),
    route('get', '/containers/:id/changes', ({ id }) => {
      model.containers.find(id);
      return json(null);
    }),
  ];
}

interface ListedContainer {
  readonly container: Container;
  /** As it was when the list was asked for. */
  readonly replica: ContainerReplica;
}

/** Rows that are written at once: a list of any length then takes neither the fake's memory nor all its time. */
const ROWS_AT_ONCE = 500;

function rowsAnswer(model: EngineModel, listed: readonly ListedContainer[], apiVersion: string): Response {
  const rows = (from: number): readonly object[] =>
    listed
      .slice(from, from + ROWS_AT_ONCE)
      .map(({ container, replica }) => listRow(model, container, replica, apiVersion));
  if (listed.length <= ROWS_AT_ONCE) return json(rows(0));
  let next = 0;
  return stream(
    {
      pull: async () => {
        if (next > listed.length) return undefined;
        await turn();
        const text = rows(next)
          .map((row) => JSON.stringify(row))
          .join(',');
        const lead = next === 0 ? '[' : text === '' ? '' : ',';
        next += ROWS_AT_ONCE;
        return Buffer.from(`${lead}${text}${next > listed.length ? ']\n' : ''}`);
      },
    },
    { 'content-type': 'application/json' },
  );
}

function list(model: EngineModel, { query }: Call): readonly ListedContainer[] {
  const filters = filtersOf(query, model.profile.name === '20.10');
  checkListFilters(model, filters);
  const isAll = isSet(query, 'all') || filters.has('status') || filters.has('exited');
  const limit = Number(query.get('limit') ?? 0);
  if (Number.isNaN(limit))
    throw new EngineFailure(500, `strconv.Atoi: parsing "${query.get('limit') ?? ''}": invalid syntax`);
  const rows: ListedContainer[] = [];
  // newest first
  for (const container of [...model.containers.all()].reverse()) {
    const { replica } = container;
    if (replica === undefined) continue;
    if (!isAll && limit <= 0 && !['running', 'paused', 'restarting'].includes(replica.status)) continue;
    if (rowMatches(container, replica, filters, model)) rows.push({ container, replica });
    if (limit > 0 && rows.length === limit) break;
  }
  return rows;
}

/** Each call is an event of its own and takes a slot of the ring. */
async function top(model: EngineModel, { id, query }: Call): Promise<Response> {
  const container = model.containers.find(id);
  if (container.restarting) throw new EngineFailure(409, model.messages.isRestarting(container.id));
  if (!container.running) throw new EngineFailure(409, model.messages.notRunning(container.id));
  if (!model.hasPs) throw new EngineFailure(500, 'ps: exec: "ps": executable file not found in $PATH');
  const view = topView(container, query.get('ps_args') ?? '');
  await model.publishContainer(container, 'top');
  return json(view);
}
