import { describe, expect, it } from 'vitest';
import { EngineImagePullError } from './errors.js';
import { bodyOf, json, serveEngine } from './http-server.test.support.js';
import type { ImageProgress } from './wire/image.js';

async function all(stream: AsyncIterable<ImageProgress>): Promise<ImageProgress[]> {
  const seen: ImageProgress[] = [];
  for await (const step of stream) seen.push(step);
  return seen;
}

describe('pull', () => {
  it.each([
    ['busybox', '?fromImage=busybox&tag=latest'],
    ['busybox:1.36', '?fromImage=busybox&tag=1.36'],
    ['host:5000/a/b', '?fromImage=host:5000/a/b&tag=latest'],
    ['a@sha256:00', '?fromImage=a@sha256:00'],
  ])('asks for %s by %s', async (reference, query) => {
    await using server = await serveEngine((_, response) =>
      response.end('{"status":"Pulling","id":"x","progressDetail":{"current":1}}\r\n'),
    );
    const { images } = await server.connect();
    expect(await all(images.pull(reference))).toEqual([{ status: 'Pulling', id: 'x', progressDetail: { current: 1 } }]);
    expect(decodeURIComponent(server.requests.at(-1) ?? '')).toBe(`POST /v1.41/images/create${query}`);
  });

  it.each([
    ['{"status":"a"}\n{"errorDetail":{"message":"no space"},"error":"no space"}\n', 'no space'],
    ['{"status":"a"}\n{"error":"manifest unknown"}\n', 'manifest unknown'],
  ])('F14: an error inside the stream rejects with the words of the engine', async (body, words) => {
    await using server = await serveEngine((_, response) => response.end(body));
    const { images } = await server.connect();
    const pulled = all(images.pull('i'));
    await expect(pulled).rejects.toBeInstanceOf(EngineImagePullError);
    await expect(pulled).rejects.toMatchObject({ code: 'ENGINE_PULL', engineMessage: words });
  });

  it('F14: a truncated line and a cut connection reject', async () => {
    await using server = await serveEngine((request, response) => {
      if (request.url?.includes('cut')) response.write('{"status":"a"}\n', () => response.socket?.destroy());
      else response.end('{"status":');
    });
    const { images } = await server.connect();
    await expect(all(images.pull('i'))).rejects.toMatchObject({ code: 'ENGINE_PROTOCOL' });
    await expect(all(images.pull('cut'))).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });

  it('passes the registry secret on as a header', async () => {
    const headers: unknown[] = [];
    await using server = await serveEngine((request, response) => {
      headers.push(request.headers['x-registry-auth']);
      response.end();
    });
    const { images } = await server.connect();
    await all(images.pull('i', { registryAuth: 'c2VjcmV0' }));
    expect(headers).toEqual(['c2VjcmV0']);
  });
});

describe('push', () => {
  it.each([
    ['h:1/a/b', undefined, 'POST /v1.41/images/h:1/a/b/push?tag=latest', 'e30='],
    ['h:1/a:2', 'c2VjcmV0', 'POST /v1.41/images/h:1/a/push?tag=2', 'c2VjcmV0'],
  ])('of %s sends name, tag and login', async (reference, registryAuth, line, header) => {
    const headers: unknown[] = [];
    await using server = await serveEngine((request, response) => {
      headers.push(request.headers['x-registry-auth']);
      response.end('{"status":"Pushed"}\n');
    });
    const { images } = await server.connect();
    expect(await all(images.push(reference, { registryAuth }))).toEqual([{ status: 'Pushed' }]);
    expect(decodeURIComponent(server.requests.at(-1) ?? '')).toBe(line);
    expect(headers).toEqual([header]);
  });

  it('F14: that is refused inside the stream rejects with the words of the engine', async () => {
    await using server = await serveEngine((_, response) => response.end('{"errorDetail":{"message":"denied"}}\n'));
    const { images } = await server.connect();
    await expect(all(images.push('h:1/a'))).rejects.toMatchObject({ code: 'ENGINE_PULL', engineMessage: 'denied' });
  });
});

describe('load, inspect, tag, remove', () => {
  it('send an archive in pieces and names with their slashes', async () => {
    const bodies: string[] = [];
    await using server = await serveEngine((request, response) => {
      void bodyOf(request).then((body) => {
        bodies.push(body.toString());
        if (request.url?.includes('/load')) response.end('{"stream":"Loaded image: a"}\n');
        else json(response, request.method === 'DELETE' ? [{ Untagged: 'a' }] : { Id: 'sha256:1' });
      });
    });
    const { images } = await server.connect();
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('t');
      yield await Promise.resolve(Buffer.from('ar'));
    }
    expect(await all(images.load(pieces()))).toEqual([{ stream: 'Loaded image: a' }]);
    expect(await images.inspect('h:1/a/b:2')).toMatchObject({ Id: 'sha256:1', Config: { Env: [], Cmd: null } });
    await images.tag('a', { repo: 'r', tag: 't' });
    expect(await images.remove('a', { force: true })).toEqual([{ Untagged: 'a' }]);
    expect(bodies[0]).toBe('tar');
    expect(server.requests.slice(2)).toEqual([
      'GET /v1.41/images/h%3A1/a/b%3A2/json',
      'POST /v1.41/images/a/tag?repo=r&tag=t',
      'DELETE /v1.41/images/a?force=1',
    ]);
  });
});
