import { Writable, type Duplex } from 'node:stream';
import { readFrames, type OutputFrame } from './frames.js';
import { hasTerminal } from './logs.js';
import { pathSegment } from './query.js';
import { leavable } from './transport/leavable.js';
import type { Transport } from './transport/transport.js';
import type { Upgraded } from './transport/upgrade.js';

export interface AttachOptions {
  /** Default false. */
  readonly stdin?: boolean | undefined;
  /** Default true. */
  readonly stdout?: boolean | undefined;
  /** Default true. */
  readonly stderr?: boolean | undefined;
  /** Send what was written before as well. Default false. */
  readonly logs?: boolean | undefined;
  /** Stay attached. Default true. */
  readonly stream?: boolean | undefined;
  /** Whether the container has a terminal (`Config.Tty`). Default: asked for by an inspect. */
  readonly tty?: boolean | undefined;
  /** Ends the connection whenever it aborts; `output` then throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A two-way connection to a process. */
export interface AttachConnection {
  /**
   * Read only as fast as it is taken, so a process whose output nobody takes is held up once the buffers are full.
   * Ends when the process has closed its output. To be iterated once; leaving it closes the connection.
   */
  readonly output: AsyncIterableIterator<OutputFrame>;
  /** `end()` closes the input alone, and the output goes on. The process sees that end if it was created with OpenStdin and StdinOnce. */
  readonly stdin: Writable;
  /** Closes both directions at once. */
  close(): void;
}

/**
 * Attached before the start, output is complete from its first byte; order between stdout and stderr is not kept by the engine.
 *
 * @source moby: daemon/server/router/container/container_routes.go (postContainersAttach)
 */
export async function attach(transport: Transport, id: string, options: AttachOptions): Promise<AttachConnection> {
  const { stdin = false, stdout = true, stderr = true, stream = true, logs, signal } = options;
  const path = `/containers/${pathSegment(id)}/attach`;
  const tty = options.tty ?? (await hasTerminal(transport, id, { signal }));
  const query = { stdin, stdout, stderr, stream, logs };
  const upgraded = await transport.upgrade({ method: 'POST', path, query, lane: 'stream', signal });
  return connectionOf(upgraded, tty);
}

/** Input and output over an upgraded connection. */
export function connectionOf(upgraded: Upgraded, tty: boolean): AttachConnection {
  return {
    output: leavable((leave) => read(upgraded, tty, leave)),
    stdin: inputOf(upgraded.socket),
    close: () => {
      upgraded.endClosed('this connection was closed by its caller');
      upgraded.finish();
    },
  };
}

async function* read(upgraded: Upgraded, tty: boolean, leave: AbortSignal): AsyncGenerator<OutputFrame> {
  leave.addEventListener(
    'abort',
    () => {
      upgraded.end(leave.reason);
    },
    { once: true },
  );
  try {
    yield* readFrames(upgraded.socket, upgraded.request, { tty });
    upgraded.throwIfEnded();
  } catch (error) {
    throw upgraded.failure(error);
  } finally {
    upgraded.finish();
  }
}

/** Passes writes on with the socket's own backpressure; ending it half-closes the socket. */
function inputOf(socket: Duplex): Writable {
  return new Writable({
    write(chunk, encoding, callback) {
      socket.write(chunk, encoding, callback);
    },
    final(callback) {
      socket.end(callback);
    },
  }).on('error', () => undefined);
}
