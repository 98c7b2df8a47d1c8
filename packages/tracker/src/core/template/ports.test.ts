import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposedPorts, parsePorts, portBindings, type PortSpec } from './ports.js';

const SAMPLES = ['8080/tcp,1301/tcp', 'ip:80:6444/tcp,ip:8080:6445/tcp', '80:6444/tcp,8080:6445/tcp'];

function specs(text: string): readonly PortSpec[] {
  const parsed = parsePorts(text);
  if (parsed === undefined) throw new Error(`not parsed: ${text}`);
  return parsed;
}

describe('parsePorts', () => {
  it.each(SAMPLES)('C1: gives a port set of two for %s', (text) => {
    expect(Object.keys(exposedPorts(specs(text)))).toHaveLength(2);
  });
  it.each(SAMPLES)('C2: gives port bindings of two for %s', (text) => {
    expect(Object.keys(portBindings(specs(text)))).toHaveLength(2);
  });
  it('C3: gives nothing for 808-0/tcp,13+01/tcp', () => {
    expect(parsePorts('808-0/tcp,13+01/tcp')).toBeUndefined();
  });
  it.each([
    ['80', { '80/tcp': [{ HostIp: '', HostPort: '' }] }],
    ['8080:80/sctp', { '80/sctp': [{ HostIp: '', HostPort: '8080' }] }],
    ['127.0.0.1::80', { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] }],
    ['127.0.0.1:80', { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] }],
    ['[fe80::1]:1:80', { '80/tcp': [{ HostIp: 'fe80::1', HostPort: '1' }] }],
    [
      '1:80,2:80,3:80/udp',
      {
        '80/tcp': [
          { HostIp: '', HostPort: '1' },
          { HostIp: '', HostPort: '2' },
        ],
        '80/udp': [{ HostIp: '', HostPort: '3' }],
      },
    ],
  ])('binds %s', (text, bindings) => {
    expect(portBindings(specs(text))).toEqual(bindings);
  });
  it('reads back what it was made of', () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    const ip = fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((text) => `[${text}]`),
    );
    fc.assert(
      fc.property(
        ip,
        port,
        port,
        fc.constantFrom('tcp', 'udp', 'sctp'),
        (address, hostPort, containerPort, protocol) => {
          const text = `${address}:${String(hostPort)}:${String(containerPort)}/${protocol}`;
          expect(parsePorts(text)).toEqual([{ ip: address.replace(/[[\]]/g, ''), hostPort, containerPort, protocol }]);
        },
      ),
    );
  });
});
