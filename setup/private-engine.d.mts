export interface PrivateEngineOptions {
  /**
   * `main`, the default, is the engine that all processes of this checkout share. Any other name
   * (up to 24 of a-z, 0-9, -) is an engine of this process alone.
   */
  readonly name?: string;
  /** Added to dockerd's command line, such as `--live-restore`; not for `main`. */
  readonly dockerdArguments?: readonly string[];
  /**
   * Gives the engine a network bridge of its own, for published ports, which then answer on 127.0.0.1;
   * not for `main`. Without it, containers use the network `none`.
   */
  readonly bridge?: boolean;
  /** The dockerd of another Debian release, such as 26.1 of `trixie`; not for `main`. Default: this system's. */
  readonly release?: { readonly suite: string; readonly packages: readonly string[] };
  /** Told in one line what takes long, such as a download. */
  readonly say?: (line: string) => void;
  /** Ends the wait for another process. */
  readonly signal?: AbortSignal;
}

export interface PrivateEngine extends AsyncDisposable {
  readonly name: string;
  readonly socketPath: string;
  /** For DOCKER_HOST: `unix://` and the socket's path. */
  readonly host: string;
  /** The log of dockerd; it is kept after the end. */
  readonly logFile: string;
  /** Of dockerd; undefined while it does not run. */
  readonly pid: number | undefined;
  /** Whether it was running already; only `main` is ever adopted. */
  readonly adopted: boolean;
  /** Starts dockerd again, on the same data; resolves when it answers. Not for `main`. */
  start(): Promise<void>;
  /**
   * SIGTERM, and the end of dockerd. Its containers are stopped (or left running, with
   * `--live-restore`) and its data is kept for `start()`. On `main` the same as `release()`.
   */
  stop(): Promise<void>;
  /** SIGKILL: containers go on running, as after a crash. Not for `main`. */
  kill(): Promise<void>;
  /** `stop()` and `start()`. Not for `main`. */
  restart(): Promise<void>;
  /**
   * The end: removes containers, daemon, mounts, sockets and data. `main` ends with its last user,
   * unless it is kept.
   */
  release(): Promise<void>;
}

export function startPrivateEngine(options?: PrivateEngineOptions): Promise<PrivateEngine>;

/** Why no private engine can run on this machine, in one line, or null if it can. */
export function privateEngineSupport(): string | null;

/**
 * Keeps the shared engine running after its last user; `false` lets it end, at once if nobody uses it.
 * Resolves with the processes that use it.
 */
export function keepPrivateEngine(kept: boolean): Promise<number[]>;

/** The shared engine as it is now, without starting it. */
export function privateEngineStatus(): Promise<{
  host: string;
  running: boolean;
  kept: boolean;
  pids: number[];
  logFile: string;
}>;

/** Ends the engines of this checkout whose process was killed before it could do so; not `main`. */
export function endAbandonedEngines(): Promise<void>;
