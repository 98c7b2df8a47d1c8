import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { json, serveEngine } from './http-server.test.support.js';

const STAT = { name: 'f', size: 3, mode: 420, mtime: '2026-01-01T00:00:00Z', linkTarget: '' };
const LARGE = 64 * 1024 * 1024;
const PIECE = Buffer.alloc(65_536);

describe('putArchive', () => {
  it('rejects with the error of its source, unchanged', async () => {
    await using server = await serveEngine((request) => request.resume());
    const { containers } = await server.connect();
    const mine = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    const body = new Readable({
      read() {
        this.push('tar');
        this.destroy(mine);
      },
    });
    await expect(containers.putArchive('c', { path: '/', body })).rejects.toBe(mine);
  });

  it('takes pieces only as fast as the engine does, and stops taking them at a refusal', async () => {
    let given = 0;
    let left = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) {
          given += PIECE.length;
          yield await Promise.resolve(PIECE);
        }
      } finally {
        left = true;
      }
    }
    let refuse: () => void = () => undefined;
    await using server = await serveEngine((_, response) => {
      refuse = () => {
        json(response, { message: 'no room' }, 500);
      };
    });
    const engine = await server.connect();
    const put = engine.containers.putArchive('c', { path: '/', body: endless() }).catch((error: unknown) => error);
    for (let turn = 0; turn < 2000; turn += 1) await new Promise(setImmediate);
    expect(given).toBeLessThan(8 * 1024 * 1024);
    refuse();
    expect(await put).toMatchObject({ code: 'ENGINE_HTTP', status: 500, engineMessage: 'no room' });
    await expect.poll(() => left).toBe(true);
    await engine.close();
    await server.socketsAre(0);
  });
});

describe('getArchive and logs', () => {
  it('F9 F15: read nothing ahead of their consumer', async () => {
    let sent = 0;
    await using server = await serveEngine((_, response) => {
      const stat = Buffer.from(JSON.stringify(STAT)).toString('base64');
      response.writeHead(200, { 'x-docker-container-path-stat': stat });
      const pump = (): void => {
        while (sent < LARGE) {
          sent += PIECE.length;
          if (!response.write(PIECE)) return void response.once('drain', pump);
        }
        response.end();
      };
      pump();
    });
    const { containers } = await server.connect();
    const { stat, body } = await containers.getArchive('c', { path: '/f' });
    expect(stat).toEqual(STAT);
    for (const stream of [body, containers.logs('c', { tty: true })]) {
      sent = 0;
      let bytes = lengthOf((await stream.next()).value);
      for (let turn = 0; turn < 2000; turn += 1) await new Promise(setImmediate);
      expect(sent).toBeLessThan(8 * 1024 * 1024);
      for await (const piece of stream) bytes += lengthOf(piece);
      expect(bytes).toBeGreaterThanOrEqual(LARGE - 2 * PIECE.length);
    }
  });

  it('refuse an archive without its file facts', async () => {
    await using server = await serveEngine((_, response) => response.end('tar'));
    const { containers } = await server.connect();
    await expect(containers.getArchive('c', { path: '/f' })).rejects.toMatchObject({ code: 'ENGINE_PROTOCOL' });
  });
});

function lengthOf(piece: unknown): number {
  if (piece instanceof Uint8Array) return piece.length;
  return (piece as { data: Buffer }).data.length;
}
