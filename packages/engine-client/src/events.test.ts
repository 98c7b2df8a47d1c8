import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { EngineOverflowError } from './errors.js';
import { serveEngine, type TestServer } from './http-server.test.support.js';
import type { EngineEvent } from './wire/event.js';

function line(number: number): string {
  return `{"Type":"container","Action":"start","Actor":{"ID":"c","Attributes":{"n":"${String(number)}"}},"timeNano":${String(1795463096058627000n + BigInt(number))}}\n`;
}

/** A server whose every other request is answered by `answer` after a 200 head. */
function streaming(answer: (response: ServerResponse) => void): Promise<TestServer> {
  return serveEngine((_, response) => {
    response.writeHead(200).flushHeaders();
    answer(response);
  });
}

describe('watchEvents', () => {
  it('calls onOpen at the head, onEvent for each line, and resolves at a clean end', async () => {
    await using server = await streaming((response) => response.end(line(1) + line(2)));
    const engine = await server.connect();
    const seen: unknown[] = [];
    await engine.watchEvents({
      onOpen: () => seen.push('open'),
      onEvent: ({ timeNano }, receivedAtMs) => seen.push([timeNano, Number.isInteger(receivedAtMs)]),
    });
    expect(seen).toEqual(['open', [1795463096058627001n, true], [1795463096058627002n, true]]);
  });

  it('F21: joins lines that were cut anywhere', async () => {
    const bytes = Buffer.from(line(1).replace('"c"', '"ä😀"') + line(2));
    await using server = await streaming((response) => {
      const send = (at: number): void => {
        if (at === bytes.length) response.end();
        else response.write(bytes.subarray(at, at + 1), () => setImmediate(send, at + 1));
      };
      send(0);
    });
    const engine = await server.connect();
    const ids: string[] = [];
    await engine.watchEvents({ onEvent: ({ id }) => ids.push(id) });
    expect(ids).toEqual(['ä😀', 'c']);
  });

  it.each(['not json\n', '{"Type":7}\n', '[1]\n'])(
    'ends at the bad line %j, with its text, and closes the connection',
    async (bad) => {
      await using server = await streaming((response) => response.write(line(1) + bad + line(2)));
      const engine = await server.connect();
      const events: EngineEvent[] = [];
      const watched = engine.watchEvents({ onEvent: (event) => events.push(event) });
      await expect(watched).rejects.toMatchObject({ code: 'ENGINE_PROTOCOL', excerpt: bad.trim() });
      expect(events).toHaveLength(1);
      await engine.close();
      await server.socketsAre(0);
    },
  );

  it('refuses a line beyond the limit', async () => {
    await using server = await streaming((response) => response.write('x'.repeat(3000)));
    const engine = await server.connect();
    await expect(engine.watchEvents({ lineLimit: 2000, onEvent: () => undefined })).rejects.toThrow(
      /longer than 2000 bytes/,
    );
  });

  it('rejects with EngineUnreachableError when the connection is cut', async () => {
    await using server = await streaming((response) => response.write(line(1), () => response.socket?.destroy()));
    const engine = await server.connect();
    await expect(engine.watchEvents({ onEvent: () => undefined })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
    });
  });

  it('rejects with what a callback threw, unchanged', async () => {
    await using server = await streaming((response) => response.write(line(1)));
    const engine = await server.connect();
    const mine = Object.assign(new Error('mine'), { code: 'ENOENT' });
    const watched = engine.watchEvents({
      onEvent: () => {
        throw mine;
      },
    });
    await expect(watched).rejects.toBe(mine);
    await engine.close();
    await server.socketsAre(0);
  });

  it('F6: survives silence far beyond every timeout of ordinary calls', async () => {
    const timeouts = { headersMs: 1000, bodyMs: 1 };
    let finish: () => void = () => undefined;
    await using server = await serveEngine((request, response) => {
      response.writeHead(200).write(' ');
      if (request.url?.includes('/events')) finish = () => response.end(`\n${line(1)}`);
    });
    const engine = await server.connect({ timeouts });
    const events: EngineEvent[] = [];
    const watched = engine.watchEvents({ onEvent: (event) => events.push(event) });
    // the same silence ends an ordinary call: only after that does the stream go on
    await expect(engine.info()).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
    finish();
    await watched;
    expect(events).toHaveLength(1);
  });
});

describe('events', () => {
  it('F5: a consumer that takes nothing holds up neither the socket nor the engine', async () => {
    const COUNT = 50_000;
    await using server = await streaming((response) => {
      for (let number = 1; number <= COUNT; number += 1) response.write(line(number));
      response.end();
    });
    const drained = new Promise((resolve) =>
      server.server.once('request', (_: unknown, response: ServerResponse) => response.once('finish', resolve)),
    );
    const engine = await server.connect();
    const sent = once(server.server, 'request').then(([, response]) => once(response as ServerResponse, 'finish'));
    void drained;
    const events = engine.events();
    const first = await events.next();
    await sent;
    const rest: EngineEvent[] = [];
    for await (const event of events) rest.push(event);
    expect(first.value).toMatchObject({ attributes: { n: '1' } });
    expect(rest).toHaveLength(COUNT - 1);
    expect(rest.at(-1)?.attributes.n).toBe(String(COUNT));
  });

  it('past its buffer gives what was buffered, throws EngineOverflowError, and has let the engine go', async () => {
    await using server = await streaming((response) => {
      for (let number = 1; number <= 1000; number += 1) response.write(line(number));
    });
    const engine = await server.connect();
    const events = engine.events({ bufferLimit: 100 });
    const taken = [await events.next()];
    await server.socketsAre(1);
    let error: unknown;
    try {
      for (;;) taken.push(await events.next());
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(EngineOverflowError);
    expect(error).toMatchObject({ code: 'ENGINE_OVERFLOW' });
    expect(taken.map(({ value }) => Number((value as EngineEvent).attributes.n))).toEqual(
      taken.map((_, index) => index + 1),
    );
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});
