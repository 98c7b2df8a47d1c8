import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Engine, EngineHttpError } from '@docker-tracker/engine-client';
import { DockerTracker } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';

const MIB = 1024 * 1024;

describe('an engine that sends without end is refused at a bound', () => {
  it('a list of more than a million rows', async () => {
    const row = '{"Id":"a","Names":[],"Image":"i","Created":1,"State":"exited","Status":"","Labels":{}},';
    await using server = await engineThat((response) => {
      endless(response, '[', row.repeat(1_000));
    });
    let rows = 0;
    const list = server.engine.containers.listRows({
      onRow: () => {
        rows += 1;
      },
    });
    await expect(list).rejects.toMatchObject({
      code: 'ENGINE_PROTOCOL',
      message: expect.stringMatching(/1000000 rows/) as string,
    });
    expect(rows).toBe(1_000_000);
    await server.isLeft();
  });

  it('a row of more than 64 MiB', async () => {
    await using server = await engineThat((response) => {
      endless(response, '[{"Id":"', 'x'.repeat(MIB));
    });
    await expect(server.engine.containers.list()).rejects.toMatchObject({ code: 'ENGINE_PROTOCOL' });
    await server.isLeft();
    expect(server.sent()).toBeGreaterThan(64 * MIB);
    expect(server.sent()).toBeLessThan(96 * MIB);
  });

  it('an answer of more than 256 MiB', async () => {
    await using server = await engineThat((response) => {
      endless(response, '{', ' '.repeat(MIB));
    });
    await expect(server.engine.info()).rejects.toMatchObject({ code: 'ENGINE_PROTOCOL' });
    await server.isLeft();
    expect(server.sent()).toBeGreaterThan(256 * MIB);
    expect(server.sent()).toBeLessThan(288 * MIB);
  });

  it('the words of an error: 64 KiB of them are read', async () => {
    await using server = await engineThat((response) => {
      response.statusCode = 500;
      endless(response, '{"message":"', 'x'.repeat(64 * 1024));
    });
    const error: unknown = await server.engine.info().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(EngineHttpError);
    expect((error as EngineHttpError).engineMessage.length).toBeLessThanOrEqual(64 * 1024);
    await server.isLeft();
    expect(server.sent()).toBeLessThan(16 * MIB);
  });
});

describe('an engine that answers with other types', () => {
  it.each([
    ['an object for a list', '{"message":"x"}'],
    ['a list of numbers', '[1,2,3]'],
    ['a list of lists', '[[[]]]'],
    ['a row without labels as text', '[{"Id":7,"Names":"a","Labels":[],"State":{},"Created":"now"}]'],
    ['a text', '"containers"'],
    ['null', 'null'],
    ['nothing', ''],
    ['no JSON', '<html>'],
  ])('%s: no session is opened on it', async (_what, body) => {
    await using server = await engineThat((response) => {
      response.end(body);
    });
    const error: unknown = await DockerTracker.open({ session: 'hostile', engine: server.engine }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ name: 'Drmaa2Error', cause: { code: 'ENGINE_PROTOCOL' } });
    expect((error as Error).message).not.toMatch(/\p{Cc}/u);
  });
});

interface HostileEngine extends AsyncDisposable {
  readonly engine: Engine;
  /** Bytes that went out to clients, or wait in the buffers of sockets. */
  readonly sent: () => number;
  /** Resolves when the client has let go of every answer. */
  readonly isLeft: () => Promise<unknown>;
}

/** Agrees on a version, and answers everything else like this. */
async function engineThat(answer: (response: ServerResponse) => void): Promise<HostileEngine> {
  const left: Promise<unknown>[] = [];
  let bytes = 0;
  const server: Server = createServer((request: IncomingMessage, response) => {
    response.setHeader('api-version', '1.41');
    if (request.url === '/_ping') {
      response.end('OK');
      return;
    }
    const before = request.socket.bytesWritten;
    left.push(
      once(response, 'close').then(() => {
        bytes += request.socket.bytesWritten - before;
      }),
    );
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const engine = await Engine.connect({ host: `tcp://127.0.0.1:${port}`, environment: {} });
  return {
    engine,
    sent: () => bytes,
    isLeft: () => Promise.all(left),
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Writes the same piece again and again, as fast as it is read, until the other end goes. */
function endless(response: ServerResponse, head: string, piece: string): void {
  response.write(head);
  const flood = (): void => {
    while (!response.destroyed) if (!response.write(piece)) break;
    if (!response.destroyed) response.once('drain', flood);
  };
  flood();
}
