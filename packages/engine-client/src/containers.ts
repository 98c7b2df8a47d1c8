import { attach, type AttachConnection, type AttachOptions } from './attach.js';
import { getArchive, putArchive, type ArchiveContent, type ContainerArchive } from './archive.js';
import { Execs } from './execs.js';
import { readRows } from './list-rows.js';
import { logs, type LogsOptions } from './logs.js';
import type { OutputFrame } from './frames.js';
import { pathSegment, type EngineFilters } from './query.js';
import { stats, statsOnce } from './stats.js';
import type { Transport } from './transport/transport.js';
import { openWait, type ContainerWait, type WaitOptions } from './wait.js';
import {
  decodeContainerCreated,
  decodeContainerInspect,
  decodeContainerSummary,
  decodeContainerTop,
  decodeWarnings,
} from './decode/container.js';
import type { ContainerInspect, ContainerSummary } from './wire/container.js';
import type { ContainerCreated, ContainerStats, ContainerTop } from './wire/container-answer.js';
import type { ContainerCreateBody, ContainerUpdateBody } from './wire/container-request.js';

/** Every call takes one; an abort rejects with `signal.reason` and frees the connection. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface StopOptions extends CallOptions {
  /** Seconds until the engine kills; -1: never. Default: the container's `StopTimeout`, else 10. */
  readonly t?: number | undefined;
  /** Sent instead of the container's own stop signal. From API 1.42 on; an older engine ignores it. */
  readonly stopSignal?: string | undefined;
}

export interface ListOptions extends CallOptions {
  /** Those that do not run as well. Default: those that run. */
  readonly all?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly filters?: EngineFilters | undefined;
}

/**
 * `/containers/…`. `id` is a full id, a name, or a unique prefix of an id; prefer the full id.
 * All calls reject with {@link EngineHttpError} for a status that is not success (404: no such container).
 */
export class Containers {
  /** Commands inside a running container. */
  readonly exec: Execs;
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.exec = new Execs(transport);
  }

  /**
   * Creates a container and does not start it. Never repeated after a lost connection.
   *
   * @throws {EngineHttpError} 404: the image is not there (nothing is pulled); 409: the name is taken; 400: a bad body.
   */
  create(
    body: ContainerCreateBody,
    options: CallOptions & { readonly name?: string | undefined; readonly platform?: string | undefined } = {},
  ): Promise<ContainerCreated> {
    const { name, platform, signal } = options;
    const query = { name, platform };
    return this.#transport.json(
      { method: 'POST', path: '/containers/create', query, json: body, lane: 'command', signal },
      decodeContainerCreated,
    );
  }

  /**
   * Starts a container. An ended one runs again. Never repeated after a lost connection.
   *
   * @returns `already-running` for the engine's 304, which a container in restart back-off gives as well.
   * @throws {EngineHttpError} 400 or 500: it could not be started; no event tells of that.
   */
  async start(id: string, options: CallOptions = {}): Promise<'started' | 'already-running'> {
    const status = await this.#command(id, 'start', {}, options, { alsoAccept: [304] });
    return status === 304 ? 'already-running' : 'started';
  }

  /**
   * Sends the stop signal, after `t` seconds SIGKILL, and resolves when the container has stopped.
   * The answer is waited for as long as `t` asks (plus what any command gets); without `t`, or with -1, without limit.
   *
   * @returns `not-running` for the engine's 304.
   */
  async stop(id: string, options: StopOptions = {}): Promise<'stopped' | 'not-running'> {
    const query = { t: options.t, signal: options.stopSignal };
    const status = await this.#command(id, 'stop', query, options, {
      alsoAccept: [304],
      headersMs: this.#stopMs(options.t),
    });
    return status === 304 ? 'not-running' : 'stopped';
  }

  /** Stops as {@link stop} does, and starts; starts a stopped container. */
  async restart(id: string, options: StopOptions = {}): Promise<void> {
    const query = { t: options.t, signal: options.stopSignal };
    await this.#command(id, 'restart', query, options, { headersMs: this.#stopMs(options.t) });
  }

  /**
   * Sends a signal to the first process; SIGKILL waits for the end (up to about 12 s), others return at once.
   *
   * @param options.signal - name or number; default SIGKILL. The AbortSignal of this call is `abortSignal`.
   * @throws {EngineHttpError} 409: not running.
   */
  async kill(
    id: string,
    options: { readonly signal?: string | undefined; readonly abortSignal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    await this.#command(id, 'kill', { signal: options.signal }, { signal: options.abortSignal });
  }

  /** Freezes all processes. 409: not running, or paused already. */
  async pause(id: string, options: CallOptions = {}): Promise<void> {
    await this.#command(id, 'pause', {}, options);
  }

  /** Thaws a paused container. 500: it is not paused. */
  async unpause(id: string, options: CallOptions = {}): Promise<void> {
    await this.#command(id, 'unpause', {}, options);
  }

  /** Gives another name. 409: it is taken; 400: it is the same, or not a valid name. */
  async rename(id: string, options: CallOptions & { readonly name: string }): Promise<void> {
    await this.#command(id, 'rename', { name: options.name }, options);
  }

  /** Changes limits or the restart policy. */
  update(
    id: string,
    body: ContainerUpdateBody,
    options: CallOptions = {},
  ): Promise<{ readonly Warnings: readonly string[] }> {
    const path = `/containers/${pathSegment(id)}/update`;
    return this.#transport.json(
      { method: 'POST', path, json: body, lane: 'command', signal: options.signal },
      decodeWarnings,
    );
  }

  /**
   * Opens a `/wait`; resolves when the engine has registered it (its answer's head is there), so a start sent
   * afterwards cannot be missed. `exited` settles when the condition holds.
   */
  wait(id: string, options: WaitOptions = {}): Promise<ContainerWait> {
    return openWait(this.#transport, id, options);
  }

  /** What the engine knows now. It takes the container's lock, so it is never older than an event received before. */
  inspect(id: string, options: CallOptions & { readonly size?: boolean | undefined } = {}): Promise<ContainerInspect> {
    const path = `/containers/${pathSegment(id)}/json`;
    return this.#transport.json(
      { method: 'GET', path, query: { size: options.size }, signal: options.signal },
      decodeContainerInspect,
    );
  }

  /** Newest first. The rows lag one step behind events. */
  async list(options: ListOptions = {}): Promise<readonly ContainerSummary[]> {
    const rows: ContainerSummary[] = [];
    await this.listRows({ ...options, onRow: (row) => rows.push(row) });
    return rows;
  }

  /**
   * The push face of {@link list}: calls back for each row as it arrives, and holds none. A list that breaks off rejects after the
   * rows that came. What `onRow` throws ends the call and reaches the caller unchanged.
   */
  listRows({ onRow, ...options }: ListOptions & { readonly onRow: (row: ContainerSummary) => void }): Promise<void> {
    const { all, limit, filters, signal } = options;
    return readRows(
      this.#transport,
      { method: 'GET', path: '/containers/json', query: { all, limit, filters }, signal },
      decodeContainerSummary,
      onRow,
    );
  }

  /** Runs the host's `ps` on the container's processes. 409: not running; 500: the host has no `ps`. Leaves a `top` event. */
  top(id: string, options: CallOptions & { readonly psArgs?: string | undefined } = {}): Promise<ContainerTop> {
    const path = `/containers/${pathSegment(id)}/top`;
    return this.#transport.json(
      { method: 'GET', path, query: { ps_args: options.psArgs }, signal: options.signal },
      decodeContainerTop,
    );
  }

  /** A sample about once a second, until the container is removed or the iterator is left. */
  stats(id: string, options: CallOptions & { readonly stream?: true } = {}): AsyncIterableIterator<ContainerStats> {
    return stats(this.#transport, id, options.signal);
  }

  /** One sample; takes about a second, or milliseconds with `oneShot` on engines that honour it (then without `precpu_stats`). */
  statsOnce(
    id: string,
    options: CallOptions & { readonly oneShot?: boolean | undefined } = {},
  ): Promise<ContainerStats> {
    return statsOnce(this.#transport, id, options);
  }

  /** The container's output, always as a stream, read only as fast as it is taken. */
  logs(id: string, options: LogsOptions = {}): AsyncIterableIterator<OutputFrame> {
    return logs(this.#transport, id, options);
  }

  /** Connects to the container's input and output; resolves when the engine has attached. */
  attach(id: string, options: AttachOptions = {}): Promise<AttachConnection> {
    return attach(this.#transport, id, options);
  }

  /** 409: running and not `force`, or a removal is under way already. `v` removes anonymous volumes as well. */
  async remove(
    id: string,
    options: CallOptions & { readonly force?: boolean | undefined; readonly v?: boolean | undefined } = {},
  ): Promise<void> {
    const { force, v, signal } = options;
    const path = `/containers/${pathSegment(id)}`;
    await this.#transport.status({ method: 'DELETE', path, query: { force, v }, lane: 'command', signal });
  }

  /** Unpacks a tar archive into the directory `path` of the container. */
  putArchive(
    id: string,
    options: CallOptions & { readonly path: string; readonly body: ArchiveContent },
  ): Promise<void> {
    return putArchive(this.#transport, id, options);
  }

  /** Packs a file or directory of the container into a tar archive. */
  getArchive(id: string, options: CallOptions & { readonly path: string }): Promise<ContainerArchive> {
    return getArchive(this.#transport, id, options);
  }

  #command(
    id: string,
    verb: string,
    query: Readonly<Record<string, string | number | undefined>>,
    { signal }: CallOptions,
    more: { readonly alsoAccept?: readonly number[]; readonly headersMs?: number } = {},
  ): Promise<number> {
    const path = `/containers/${pathSegment(id)}/${verb}`;
    return this.#transport.status({ method: 'POST', path, query, lane: 'command', signal, ...more });
  }

  #stopMs(t: number | undefined): number {
    if (t === undefined || t < 0 || this.#transport.timeouts.commandMs === 0) return 0;
    return t * 1000 + this.#transport.timeouts.commandMs;
  }
}
