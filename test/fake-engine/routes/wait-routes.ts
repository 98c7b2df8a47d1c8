import type { HttpHandler } from 'msw';
import type { WaitCondition, WaitResult } from '../model/container-waiters.js';
import { EngineFailure } from '../model/engine-failure.js';
import type { EngineModel } from '../model/engine-model.js';
import { stream } from '../server/answers.js';
import { route, type Call } from '../server/route.js';

const CONDITIONS = new Set(['not-running', 'next-exit', 'removed']);

/** `POST …/wait`: the waiter exists before the header is sent, and the body comes when it is done. */
export function waitRoutes(model: EngineModel): readonly HttpHandler[] {
  return [route('post', '/containers/:id/wait', (call) => wait(model, call))];
}

async function wait(model: EngineModel, { id, query }: Call): Promise<Response> {
  const container = model.containers.find(id);
  const condition = readCondition(model, query.get('condition') ?? '');
  const { result, cancel } = await container.lock.run(() => {
    // not-running also holds for a container that never ran
    if (condition === 'not-running' && !container.running)
      return {
        result: Promise.resolve({ exitCode: container.exitCode, error: container.error }),
        cancel: () => undefined,
      };
    return container.waiters.add(condition);
  });
  let answered = false;
  return stream(
    {
      pull: async () => {
        if (answered) return undefined;
        const body = encodeResult(model, await result);
        answered = true;
        return Buffer.from(body);
      },
      cancel,
    },
    { 'content-type': 'application/json' },
  );
}

function readCondition(model: EngineModel, written: string): WaitCondition {
  if (written === 'next-exit' || written === 'removed') return written;
  if (written !== '' && !CONDITIONS.has(written) && model.profile.refusesWaitCondition)
    throw new EngineFailure(400, `invalid condition: "${written}"`);
  return 'not-running';
}

function encodeResult(model: EngineModel, { exitCode, error }: WaitResult): string {
  const problem = error === '' ? null : { Message: error };
  const withError = problem !== null || model.profile.waitErrorNull;
  return `${JSON.stringify({ ...(withError ? { Error: problem } : {}), StatusCode: exitCode })}\n`;
}
