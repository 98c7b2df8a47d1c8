import type { PortBinding } from '@docker-tracker/engine-client';

/** One published port. */
export interface PortSpec {
  /** Text before the first port, brackets of an IPv6 address removed; empty: all addresses. Not checked here. */
  readonly ip: string;
  /** 1 to 65535; absent: the engine picks a free one. */
  readonly hostPort?: number;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

const PORT = /^[1-9]\d{0,4}$/;

/**
 * Parses `[ip:][host:]container[/tcp|udp|sctp]`, a comma list; `ip::container` is taken as well. tcp where none is said.
 * @returns undefined where any entry is malformed; all or nothing, since half a list would publish half a service.
 */
export function parsePorts(text: string): readonly PortSpec[] | undefined {
  const specs: PortSpec[] = [];
  for (const entry of text.split(',')) {
    const spec = parsePort(entry);
    if (spec === undefined) return undefined;
    specs.push(spec);
  }
  return specs;
}

/** `Config.ExposedPorts`: each container port once. */
export function exposedPorts(specs: readonly PortSpec[]): Record<string, Record<string, never>> {
  return Object.fromEntries(specs.map((spec) => [portKey(spec), {}]));
}

/** `HostConfig.PortBindings`: a container port may be bound more than once. An empty HostPort is a free one. */
export function portBindings(specs: readonly PortSpec[]): Record<string, PortBinding[]> {
  const bindings: Record<string, PortBinding[]> = {};
  for (const spec of specs) {
    const HostPort = spec.hostPort === undefined ? '' : String(spec.hostPort);
    (bindings[portKey(spec)] ??= []).push({ HostIp: spec.ip, HostPort });
  }
  return bindings;
}

function parsePort(entry: string): PortSpec | undefined {
  const slash = entry.lastIndexOf('/');
  const protocol = slash < 0 ? 'tcp' : entry.slice(slash + 1);
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') return undefined;
  const address = slash < 0 ? entry : entry.slice(0, slash);
  const close = address.startsWith('[') ? address.indexOf(']:') : -1;
  const bracketed = close > 0 ? address.slice(1, close) : undefined;
  const parts = address.slice(bracketed === undefined ? 0 : close + 2).split(':');
  const containerPort = portNumber(parts.pop());
  if (containerPort === undefined) return undefined;
  // what stands before the last part is a host port if it is made of digits, else an ip
  const host = parts.length > 0 && /^\d*$/.test(parts.at(-1) ?? '') ? parts.pop() : undefined;
  const ip = bracketed ?? parts.pop();
  if (parts.length > 0 || ip === '' || (host === '' && ip === undefined)) return undefined;
  if (host === undefined || host === '') return { ip: ip ?? '', containerPort, protocol };
  const hostPort = portNumber(host);
  return hostPort === undefined ? undefined : { ip: ip ?? '', hostPort, containerPort, protocol };
}

function portNumber(digits: string | undefined): number | undefined {
  if (digits === undefined || !PORT.test(digits)) return undefined;
  const port = Number(digits);
  return port <= 65_535 ? port : undefined;
}

function portKey(spec: PortSpec): string {
  return `${String(spec.containerPort)}/${spec.protocol}`;
}
