import { connectionOf, type AttachConnection } from './attach.js';
import { decodeExecCreated, decodeExecInspect } from './decode/container.js';
import { pathSegment } from './query.js';
import type { Transport } from './transport/transport.js';
import type { ExecInspect } from './wire/container-answer.js';
import type { ExecCreateBody } from './wire/container-request.js';

/** `/exec/…`: commands inside a running container. */
export class Execs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Prepares a command. 409: the container is not running, or is paused. */
  create(
    containerId: string,
    body: ExecCreateBody,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<{ readonly Id: string }> {
    const path = `/containers/${pathSegment(containerId)}/exec`;
    const call = { method: 'POST', path, json: body, lane: 'command', signal: options.signal } as const;
    return this.#transport.json(call, decodeExecCreated);
  }

  /**
   * Runs a prepared command and connects to it. 404: unknown; 409: it ran already, or the container does not run.
   *
   * @param options.tty - as given to {@link create}. Default false.
   */
  async start(
    execId: string,
    options: { readonly tty?: boolean | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<AttachConnection> {
    const { tty = false, signal } = options;
    const path = `/exec/${pathSegment(execId)}/start`;
    const json = { Detach: false, Tty: tty };
    return connectionOf(await this.#transport.upgrade({ method: 'POST', path, json, lane: 'stream', signal }), tty);
  }

  /** Runs a prepared command without connecting to it. */
  async startDetached(execId: string, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const path = `/exec/${pathSegment(execId)}/start`;
    const json = { Detach: true };
    await this.#transport.status({ method: 'POST', path, json, lane: 'command', signal: options.signal });
  }

  /** Whether it still runs, and its exit code. */
  inspect(execId: string, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<ExecInspect> {
    const path = `/exec/${pathSegment(execId)}/json`;
    return this.#transport.json({ method: 'GET', path, signal: options.signal }, decodeExecInspect);
  }
}
