import { decodeContainerExit } from './decode/container.js';
import { EngineProtocolError, EngineUnreachableError } from './errors.js';
import { pathSegment } from './query.js';
import { readAtMost } from './transport/body.js';
import type { Answer, Transport } from './transport/transport.js';
import type { ContainerExit } from './wire/container-answer.js';

export interface WaitOptions {
  /**
   * `not-running` (default) holds at once for a container that never started; `next-exit` blocks on one that has
   * ended already; `removed` fires at the removal. A removal releases all three.
   */
  readonly condition?: 'not-running' | 'next-exit' | 'removed' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A wait that the engine has registered. */
export interface ContainerWait {
  /** Rejects with EngineUnreachableError when the connection breaks first. May be left unobserved. */
  readonly exited: Promise<ContainerExit>;
  /** Stops waiting; `exited` then rejects with EngineClosedError unless it has settled. */
  close(): void;
}

/** @source moby: daemon/server/router/container/container_routes.go (postContainersWait): the waiter is registered before the head is written */
export async function openWait(transport: Transport, id: string, options: WaitOptions): Promise<ContainerWait> {
  const path = `/containers/${pathSegment(id)}/wait`;
  const { condition, signal } = options;
  const answer = await transport.send({ method: 'POST', path, query: { condition }, lane: 'stream', signal });
  const exited = readExit(answer);
  // a caller that only wanted the barrier must not get an unhandled rejection
  exited.catch(() => undefined);
  return {
    exited,
    close: () => {
      answer.endClosed('this wait was closed by its caller');
    },
  };
}

/** A wait's answer is some dozen bytes; State.Error can be longer. */
const EXIT_LIMIT = 1024 * 1024;

async function readExit(answer: Answer): Promise<ContainerExit> {
  try {
    const bytes = await readAtMost(answer.body, EXIT_LIMIT);
    const body = bytes?.toString('utf8') ?? '';
    // an engine that shuts down may end the body cleanly before there is an exit code
    if (bytes?.length === 0) throw new EngineUnreachableError(answer.request, 'the engine ended the wait early');
    return decodeContainerExit(parse(body, answer), '');
  } catch (error) {
    throw answer.failure(error);
  } finally {
    answer.finish();
  }
}

function parse(body: string, { request }: Answer): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new EngineProtocolError(request, 'the wait ended without an exit code', { cause, received: body });
  }
}
