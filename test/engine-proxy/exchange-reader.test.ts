import { describe, expect, it } from 'vitest';
import { ExchangeReader } from './exchange-reader.js';

const BYTES = Buffer.from(
  'GET /v1.41/containers/json?all=1 HTTP/1.1\r\nHost: x\r\n\r\n' +
    'POST /containers/create HTTP/1.1\r\nContent-Length: 31\r\n\r\nGET /fooled HTTP/1.1\r\nHost: x\r\n' +
    'PUT /containers/a/archive HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n' +
    'POST /containers/a/attach HTTP/1.1\r\nUpgrade: tcp\r\n\r\nGET /input HTTP/1.1\r\n\r\n',
  'latin1',
);

describe('ExchangeReader', () => {
  it.each([1, 2, 7, 64, 10_000])('finds the requests in pieces of %i bytes, not those inside bodies', (size) => {
    const found: string[] = [];
    const reader = new ExchangeReader(({ method, route }) => found.push(`${method} ${route}`));
    for (let at = 0; at < BYTES.length; at += size) reader.read(BYTES.subarray(at, at + size));
    expect(found).toEqual([
      'GET /containers/json',
      'POST /containers/create',
      'PUT /containers/a/archive',
      'POST /containers/a/attach',
    ]);
  });
});
