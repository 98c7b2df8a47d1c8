import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createShaper, type ByteShaping } from './byte-shaping.js';
import { createChaos, type ChaosOptions } from './chaos.js';
import type { ExchangeFault } from './exchange-fault.js';
import type { ProxiedRequest } from './exchange-reader.js';
import { OrderedFaults, type FaultKind } from './ordered-faults.js';
import { ProxiedConnection } from './proxied-connection.js';
import { matches, type ProxyMatcher } from './request-matcher.js';

export interface ProxyHold {
  readonly requests: readonly ProxiedRequest[];
  readonly first: Promise<ProxiedRequest>;
  /** Lets the answers go, and holds no more. */
  release(): void;
}

interface Hold {
  readonly matcher: ProxyMatcher;
  readonly seen: ProxiedRequest[];
  readonly released: Promise<void>;
  readonly tell: (request: ProxiedRequest) => void;
}

/** As the engine's own: the kernel's somaxconn. */
const BACKLOG = 4096;

/** A socket in front of any engine, fake or real: counts what passes, and breaks it on demand. */
export class EngineProxy implements AsyncDisposable {
  readonly #folder: string;
  /** A port is chosen once, and kept while the proxy is down. */
  #address: { readonly path?: string; readonly host?: string; readonly port?: number };
  readonly #upstream: string;
  readonly #connections = new Set<ProxiedConnection>();
  readonly #requests: ProxiedRequest[] = [];
  readonly #holds = new Set<Hold>();
  readonly #faults = new OrderedFaults();
  readonly #watchers = new Set<(request: ProxiedRequest) => void>();
  #server: Server | undefined;
  #connectionCount = 0;
  #shape = createShaper({ kind: 'as-sent' });
  #delayMs = 0;
  #stall: { readonly over: Promise<void>; readonly end: () => void } | undefined;

  /** `tcp` listens on a free port of the loopback. */
  static async start(options: { readonly upstream: string; readonly listen?: 'unix' | 'tcp' }): Promise<EngineProxy> {
    if (!options.upstream.startsWith('unix://'))
      throw new TypeError(`upstream must be a unix:// address, not ${JSON.stringify(options.upstream)}`);
    const proxy = new EngineProxy(options.upstream, await mkdtemp(join(tmpdir(), 'engine-proxy-')), options.listen);
    await proxy.up();
    return proxy;
  }

  private constructor(upstream: string, folder: string, listen: 'unix' | 'tcp' = 'unix') {
    this.#folder = folder;
    this.#address = listen === 'unix' ? { path: join(folder, 'proxy.sock') } : { host: '127.0.0.1', port: 0 };
    this.#upstream = upstream.slice('unix://'.length);
  }

  get host(): string {
    const { path, host, port } = this.#address;
    return path === undefined ? `tcp://${String(host)}:${String(port)}` : `unix://${path}`;
  }

  /** Requests seen on all connections, in order of arrival. */
  get requests(): readonly ProxiedRequest[] {
    return this.#requests;
  }

  /** Connections ever made. */
  get connectionCount(): number {
    return this.#connectionCount;
  }

  get openConnections(): number {
    return this.#connections.size;
  }

  count(matcher: ProxyMatcher): number {
    return this.#requests.filter((request) => matches(matcher, request)).length;
  }

  clearRequests(): void {
    this.#requests.length = 0;
  }

  /** The `count`-th matching request since the start or the last `clearRequests`; it may have come already. */
  waitForRequest(matcher: ProxyMatcher, options: { readonly count?: number } = {}): Promise<ProxiedRequest> {
    const count = options.count ?? 1;
    const seen = this.#requests.filter((request) => matches(matcher, request));
    const found = seen[count - 1];
    if (found !== undefined) return Promise.resolve(found);
    let left = count - seen.length;
    return new Promise((resolve) => {
      const watch = (request: ProxiedRequest): void => {
        if (!matches(matcher, request)) return;
        left -= 1;
        if (left > 0) return;
        this.#watchers.delete(watch);
        resolve(request);
      };
      this.#watchers.add(watch);
    });
  }

  /** Connections that are open and whose latest request matches. */
  openFor(matcher: ProxyMatcher): number {
    return this.#chosen(matcher).length;
  }

  /** Cuts every connection; with a matcher only those whose latest request matches. Answers how many. */
  cut(matcher: ProxyMatcher = () => true): number {
    const chosen = this.#chosen(matcher);
    for (const connection of chosen) connection.cut();
    return chosen.length;
  }

  /** Cuts the event streams. */
  cutEvents(): number {
    return this.cut('GET /events');
  }

  /** Cuts once so many more bytes of the answer have passed. */
  cutAfterBytes(matcher: ProxyMatcher, bytes: number): void {
    for (const connection of this.#chosen(matcher)) connection.cutAfterBytes(bytes);
  }

  /** Refuses connections as a stopped engine does (the socket is gone), and cuts what is open. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed =
      server &&
      new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
    this.cut();
    await closed;
  }

  async up(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ allowHalfOpen: true }, (client) => {
      this.#connectionCount += 1;
      this.#connections.add(
        new ProxiedConnection(client, this.#upstream, {
          onRequest: (_connection, request) => {
            this.#seen(request);
            return this.#faults.next(request);
          },
          onStrike: (fault) => {
            this.#faults.struck(fault);
          },
          reshape: (bytes) => this.#shape(bytes),
          gate: (connection) => this.#gate(connection),
          onClose: (connection) => void this.#connections.delete(connection),
        }),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...this.#address, backlog: BACKLOG }, resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#address = { host: '127.0.0.1', port: address.port };
    this.#server = server;
  }

  /**
   * Holds the answers to matching requests: the engine has executed them, the client hears nothing. With `underWay` also what
   * is still to come of answers that have begun.
   */
  hold(matcher: ProxyMatcher, options: { readonly underWay?: boolean } = {}): ProxyHold {
    let letGo = (): void => undefined;
    let tell = (_request: ProxiedRequest): void => undefined;
    const released = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const first = new Promise<ProxiedRequest>((resolve) => {
      tell = resolve;
    });
    const begun = options.underWay === true ? this.#chosen(matcher).flatMap(({ current }) => current ?? []) : [];
    const hold: Hold = { matcher, seen: begun, released, tell };
    this.#holds.add(hold);
    return {
      requests: hold.seen,
      first,
      release: () => {
        this.#holds.delete(hold);
        letGo();
      },
    };
  }

  /** Breaks the next so many exchanges whose request matches. */
  break(matcher: ProxyMatcher, fault: ExchangeFault, { times = 1 }: { readonly times?: number } = {}): void {
    this.#faults.add(matcher, fault, times);
  }

  /** From now on exchanges are broken at random; `undefined`: no more. What is broken already stays so. */
  chaos(options: ChaosOptions | undefined): void {
    this.#faults.otherwise(options && createChaos(options));
  }

  /** Faults that had their effect so far, by kind. */
  get struck(): ReadonlyMap<FaultKind, number> {
    return this.#faults.done;
  }

  /** Cuts what the engine sends into other pieces; for all connections, from now on. */
  rechunk(shaping: ByteShaping): void {
    this.#shape = createShaper(shaping);
  }

  /** Delays every piece on its way to the client. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Half-open: connections stay, nothing comes, until `resume`. */
  stall(): void {
    if (this.#stall !== undefined) return;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#stall = { over, end };
  }

  resume(): void {
    this.#stall?.end();
    this.#stall = undefined;
  }

  async close(): Promise<void> {
    await this.down();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #chosen(matcher: ProxyMatcher): readonly ProxiedConnection[] {
    return [...this.#connections].filter(({ current }) =>
      current === undefined ? typeof matcher === 'function' : matches(matcher, current),
    );
  }

  #seen(request: ProxiedRequest): void {
    this.#requests.push(request);
    for (const watch of [...this.#watchers]) watch(request);
    for (const hold of this.#holds) {
      if (!matches(hold.matcher, request)) continue;
      hold.seen.push(request);
      hold.tell(request);
    }
  }

  #gate({ current }: ProxiedConnection): Promise<void> | undefined {
    const holds = [...this.#holds].filter(({ seen }) => current !== undefined && seen.includes(current));
    if (holds.length === 0 && this.#delayMs === 0 && this.#stall === undefined) return undefined;
    return this.#pass(holds);
  }

  async #pass(holds: readonly Hold[]): Promise<void> {
    if (this.#delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
    await this.#stall?.over;
    for (const { released } of holds) await released;
  }
}
