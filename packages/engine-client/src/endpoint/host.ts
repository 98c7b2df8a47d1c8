import { EngineConfigurationError } from '../errors.js';

/** A host string, taken apart. */
export type Host =
  | { readonly kind: 'socket'; readonly socketPath: string; readonly label: string }
  | { readonly kind: 'network'; readonly scheme: 'tcp' | 'http' | 'https'; readonly url: URL; readonly port: string };

/**
 * @param value - as in `DOCKER_HOST`.
 * @param from - where it came from, for the message.
 * @throws {EngineConfigurationError} unusable; lists the accepted forms, shows no credentials.
 */
export function parseHost(value: string, from: string, platform: NodeJS.Platform): Host {
  const pipe = /^(?:npipe:\/\/)?([\\/]{2}[^\\/]+[\\/]pipe[\\/].+)$/i.exec(value)?.[1];
  if (pipe !== undefined) {
    const socketPath = pipe.replaceAll('\\', '/');
    return { kind: 'socket', socketPath, label: `npipe://${socketPath}` };
  }
  const path = /^unix:\/\/(\/.*)$/.exec(value)?.[1] ?? (value.startsWith('/') ? value : undefined);
  if (path !== undefined) return unixSocket(path, from, platform);
  const scheme = /^(tcp|http|https):\/\//.exec(value)?.[1];
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') return network(value, scheme, from);
  if (value.startsWith('ssh://')) {
    throw new EngineConfigurationError(
      `${from} is ${redacted(value)}: ssh is not built in. Forward the socket, ` +
        '`ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock USER@HOST`, and use unix:///tmp/docker.sock',
    );
  }
  throw unusable(value, from, 'it is none of the accepted forms');
}

/** Without what stands before an `@`, and without a query. */
function redacted(value: string): string {
  return JSON.stringify(
    value
      .replace(/\/\/[^/]*@/, '//***@')
      .replace(/[?#].*$/, '')
      .replace(/^[^/]*@/, '***@'),
  );
}

const ACCEPTED = [
  'unix:///path/to/docker.sock',
  '/path/to/docker.sock',
  'npipe:////./pipe/docker_engine',
  'tcp://HOST:PORT',
  'http://HOST:PORT',
  'https://HOST:PORT',
].join(', ');

/** The kernel's `sun_path` without its closing zero. */
const SOCKET_PATH_BYTES: Partial<Record<NodeJS.Platform, number>> = { linux: 107, darwin: 103 };

function unixSocket(path: string, from: string, platform: NodeJS.Platform): Host {
  const limit = SOCKET_PATH_BYTES[platform];
  if (path === '/' || path.includes('\0')) throw unusable(`unix://${path}`, from, 'it names no socket');
  if (limit !== undefined && Buffer.byteLength(path) > limit) {
    throw new EngineConfigurationError(
      `${from}: a socket path may have ${String(limit)} bytes on ${platform}: ${path}`,
    );
  }
  return { kind: 'socket', socketPath: path, label: `unix://${path}` };
}

function network(value: string, scheme: 'tcp' | 'http' | 'https', from: string): Host {
  let url: URL;
  try {
    // `tcp:` is no special scheme for URL, which would then not read the host as one
    url = new URL(value.replace(/^tcp:/, 'http:'));
  } catch {
    throw unusable(value, from, 'it has no valid host and port');
  }
  if (url.username !== '' || url.password !== '')
    throw unusable(value, from, 'it must not hold a user name or password');
  if (url.search !== '' || url.hash !== '') throw unusable(value, from, 'it must not hold a query');
  // URL drops a port that is the default of http, which is not tcp's default
  const port = url.port || (/^\w+:\/\/[^/]*:(\d+)(?:\/|$)/.exec(value)?.[1] ?? '');
  return { kind: 'network', scheme, url, port };
}

function unusable(value: string, from: string, why: string): EngineConfigurationError {
  return new EngineConfigurationError(`${from} is ${redacted(value)}: ${why}. Accepted: ${ACCEPTED}`);
}
