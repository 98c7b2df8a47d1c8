/** A request seen on a connection. */
export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  /** Path without version and query. */
  readonly route: string;
  readonly atMs: number;
}

type State = 'line' | 'headers' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'opaque';

/**
 * Finds request lines in the bytes of one connection, whatever their chunks. It follows bodies by Content-Length and
 * by chunks, and stops reading where a connection leaves HTTP.
 */
export class ExchangeReader {
  readonly #onRequest: (request: ProxiedRequest) => void;
  #state: State = 'line';
  #line = '';
  #left = 0;
  #bodyLength = 0;
  #isChunked = false;
  #isUpgrade = false;

  constructor(onRequest: (request: ProxiedRequest) => void) {
    this.#onRequest = onRequest;
  }

  read(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.#state !== 'opaque') {
      if (this.#state === 'length' || this.#state === 'chunk') {
        const taken = Math.min(this.#left, bytes.length - at);
        at += taken;
        this.#left -= taken;
        if (this.#left === 0) this.#state = this.#state === 'length' ? 'line' : 'chunk-end';
        continue;
      }
      const byte = bytes[at] ?? 0;
      at += 1;
      if (byte !== 0x0a) this.#line += String.fromCharCode(byte);
      else this.#endLine();
    }
  }

  #endLine(): void {
    const line = this.#line.replace(/\r$/, '');
    this.#line = '';
    switch (this.#state) {
      case 'line':
        this.#readRequestLine(line);
        break;
      case 'headers':
        if (line === '') this.#endHeaders();
        else this.#readHeader(line);
        break;
      case 'chunk-size':
        this.#left = Number.parseInt(line, 16);
        this.#state = this.#left === 0 ? 'trailers' : 'chunk';
        break;
      case 'chunk-end':
        this.#state = 'chunk-size';
        break;
      case 'trailers':
        if (line === '') this.#state = 'line';
        break;
      case 'length':
      case 'chunk':
      case 'opaque':
        // bytes, not lines
        break;
    }
  }

  #readRequestLine(line: string): void {
    const match = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(line);
    if (match === null) {
      // an empty line between requests is allowed; anything else is no HTTP
      if (line !== '') this.#state = 'opaque';
      return;
    }
    const [, method = '', path = ''] = match;
    const route = (path.split('?')[0] ?? '').replace(/^\/v\d+\.\d+(?=\/)/, '');
    this.#state = 'headers';
    this.#bodyLength = 0;
    this.#isChunked = false;
    this.#isUpgrade = false;
    this.#onRequest({ method, path, route, atMs: Date.now() });
  }

  #readHeader(line: string): void {
    const [name = '', ...rest] = line.split(':');
    const value = rest.join(':').trim().toLowerCase();
    if (name.toLowerCase() === 'content-length') this.#bodyLength = Number(value);
    if (name.toLowerCase() === 'transfer-encoding') this.#isChunked = value.includes('chunked');
    if (name.toLowerCase() === 'upgrade') this.#isUpgrade = true;
  }

  #endHeaders(): void {
    this.#left = this.#bodyLength;
    if (this.#isUpgrade) this.#state = 'opaque';
    else if (this.#isChunked) this.#state = 'chunk-size';
    else this.#state = this.#left > 0 ? 'length' : 'line';
  }
}
