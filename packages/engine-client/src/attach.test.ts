import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { serveEngine, type TestServer } from './http-server.test.support.js';

const HEAD =
  'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

function frame(text: string, stream = 1): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

/** Upgrades every attach and exec, as the engine does. */
async function upgrading(onSocket: (socket: Socket, url: string) => void): Promise<TestServer> {
  const server = await serveEngine((_, response) => response.writeHead(404).end());
  server.server.on('upgrade', (request: { url: string }, socket: Socket) => {
    socket.on('error', () => undefined);
    onSocket(socket, request.url);
  });
  return server;
}

async function textOf(output: AsyncIterable<{ stream: string; data: Buffer }>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { stream, data } of output) seen.push(`${stream} ${data.toString()}`);
  return seen;
}

describe('attach', () => {
  it('F4: trusts the terminal and not the content type, and keeps bytes that came with the head', async () => {
    await using server = await upgrading((socket) =>
      socket.end(Buffer.concat([Buffer.from(HEAD), frame('out'), frame('err', 2)])),
    );
    const { containers } = await server.connect();
    const framed = await containers.attach('c', { tty: false });
    expect(await textOf(framed.output)).toEqual(['stdout out', 'stderr err']);
    const raw = await containers.attach('c', { tty: true });
    expect((await textOf(raw.output)).join('')).toContain('\x01\0\0\0\0\0\0\x03out');
  });

  it('F12: ending stdin half-closes and output goes on', async () => {
    await using server = await upgrading((socket) => {
      socket.write(HEAD);
      let bytes = 0;
      socket.on('data', (data: Buffer) => (bytes += data.length));
      socket.on('end', () => socket.end(frame(String(bytes))));
    });
    const { containers } = await server.connect();
    const attached = await containers.attach('c', { stdin: true, tty: false });
    attached.stdin.end(Buffer.alloc(1_048_576));
    expect(await textOf(attached.output)).toEqual(['stdout 1048576']);
  });

  it('sends its options as the engine reads them', async () => {
    const urls: string[] = [];
    await using server = await upgrading((socket, url) => {
      urls.push(url);
      socket.end(HEAD);
    });
    const { containers } = await server.connect();
    await textOf((await containers.attach('c', { stdin: true, stderr: false, logs: true, tty: true })).output);
    expect(urls).toEqual(['/v1.41/containers/c/attach?stdin=1&stdout=1&stderr=0&stream=1&logs=1']);
  });

  it('shows status and words of a refusal in plain text that ends with the connection', async () => {
    await using server = await upgrading((socket) => {
      socket.end(
        'HTTP/1.1 409 Conflict\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nContainer c is paused, unpause first\r\n',
      );
    });
    const { containers } = await server.connect();
    await expect(containers.attach('c', { tty: false })).rejects.toMatchObject({
      code: 'ENGINE_HTTP',
      status: 409,
      engineMessage: 'Container c is paused, unpause first',
    });
  });

  it('explains an answer that does not upgrade', async () => {
    await using server = await upgrading((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nraw'));
    const { containers } = await server.connect();
    await expect(containers.attach('c', { tty: false })).rejects.toMatchObject({ code: 'ENGINE_PROTOCOL' });
  });

  it('gives up when no answer comes in time', async () => {
    await using server = await upgrading(() => undefined);
    const { containers } = await server.connect({ timeouts: { headersMs: 20 } });
    await expect(containers.attach('c', { tty: false })).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
  });

  it('F11: closing, leaving the output and closing the engine each close the socket', async () => {
    await using server = await upgrading((socket) => {
      // as the engine does when its client goes
      socket.on('end', () => socket.end()).resume();
      socket.write(Buffer.concat([Buffer.from(HEAD), frame('x')]));
    });
    const engine = await server.connect();
    const before = server.sockets.size;
    const closed = await engine.containers.attach('c', { tty: false });
    closed.close();
    await expect(closed.output.next()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    for await (const piece of (await engine.containers.attach('c', { tty: false })).output) {
      expect(piece.data.toString()).toBe('x');
      break;
    }
    await server.socketsAre(before);
    const live = await engine.containers.attach('c', { tty: false });
    await live.output.next();
    const next = live.output.next().catch((error: unknown) => error);
    await engine.close();
    expect(await next).toMatchObject({ code: 'ENGINE_CLOSED' });
    await server.socketsAre(0);
  });

  it('F9: a consumer that does not read holds the sender up', async () => {
    const LIMIT = 64 * 1024 * 1024;
    let sent = 0;
    let onBlocked: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      onBlocked = resolve;
    });
    await using server = await upgrading((socket) => {
      socket.write(HEAD);
      const pump = (): void => {
        while (sent < LIMIT) {
          sent += 65_536;
          if (!socket.write(Buffer.alloc(65_536))) {
            onBlocked();
            socket.once('drain', pump);
            return;
          }
        }
        socket.end();
      };
      pump();
    });
    const { containers } = await server.connect();
    const { output } = await containers.attach('c', { tty: true });
    await output.next();
    await blocked;
    // many turns of the loop: whoever reads ahead does it here
    for (let turn = 0; turn < 2000; turn += 1) await new Promise(setImmediate);
    expect(sent).toBeLessThan(8 * 1024 * 1024);
    let bytes = 65_536;
    for await (const { data } of output) bytes += data.length;
    expect(bytes).toBeGreaterThan(LIMIT - 65_536);
  });

  it('refuses output that ends inside a frame', async () => {
    await using server = await upgrading((socket) => {
      socket.write(Buffer.concat([Buffer.from(HEAD), frame('whole').subarray(0, 10)]), () => {
        socket.end();
      });
    });
    const { containers } = await server.connect();
    const { output } = await containers.attach('c', { tty: false });
    await expect(textOf(output)).rejects.toMatchObject({ code: 'ENGINE_PROTOCOL' });
  });
});
