/** Where an engine listens and how to speak to it. */
export interface Endpoint {
  /** For people: `unix:///var/run/docker.sock`, `tcp://10.0.0.5:2376`. Holds no credentials. */
  readonly label: string;
  /** `http://localhost` for a socket, else `http://HOST:PORT` or `https://HOST:PORT`. */
  readonly origin: string;
  /** Unix socket or Windows named pipe. */
  readonly socketPath?: string;
  /** In front of every path; empty or `/prefix`. */
  readonly basePath: string;
  /** Present when the connection is TLS. */
  readonly tls?: TlsMaterial;
}

/** PEM texts, or paths already read. */
export interface TlsOptions {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** Certificates and key behind private fields, so that no printed object ever shows them. */
export class TlsMaterial {
  readonly #options: TlsOptions;
  /** False only for a context that asks to skip verification. */
  readonly verify: boolean;

  constructor(options: TlsOptions, verify = true) {
    this.#options = options;
    this.verify = verify;
  }

  /** For `tls.connect`. */
  connectOptions(): TlsOptions & { readonly rejectUnauthorized: boolean } {
    return { ...this.#options, rejectUnauthorized: this.verify };
  }
}
