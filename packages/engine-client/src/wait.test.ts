import { describe, expect, it } from 'vitest';
import { EngineClosedError } from './errors.js';
import { serveEngine } from './http-server.test.support.js';

describe('wait', () => {
  it('that the engine ends without an exit code is a lost connection, and an unobserved one disturbs nobody', async () => {
    await using server = await serveEngine((request, response) => {
      response.writeHead(200).flushHeaders();
      if (request.url?.includes('cut')) response.socket?.destroy();
      else response.end();
    });
    const { containers } = await server.connect();
    for (const id of ['ended', 'cut']) {
      await containers.wait(id);
      const wait = await containers.wait(id);
      await expect(wait.exited).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
      wait.close();
    }
  });

  it('closed by its caller rejects with EngineClosedError and frees the connection', async () => {
    await using server = await serveEngine((_, response) => {
      response.writeHead(200).flushHeaders();
    });
    const engine = await server.connect();
    const before = server.sockets.size;
    const wait = await engine.containers.wait('c');
    wait.close();
    await expect(wait.exited).rejects.toBeInstanceOf(EngineClosedError);
    await server.socketsAre(before);
  });
});
