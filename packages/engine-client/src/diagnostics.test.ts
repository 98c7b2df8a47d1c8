import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ENGINE_REQUEST_CHANNEL, type EngineRequestTrace } from './diagnostics.js';
import { json, serveEngine } from './http-server.test.support.js';

/** What is published of requests to this host until the test ends, as `event method path status`. */
function follow(host: string): readonly string[] {
  const told: string[] = [];
  const tell = (event: string) => (trace: EngineRequestTrace) => {
    if (trace.host !== host) return;
    told.push([event, trace.method, trace.path, trace.status].filter((part) => part !== undefined).join(' '));
  };
  const subscribers = {
    start: tell('start'),
    end: () => undefined,
    asyncStart: tell('answered'),
    asyncEnd: () => undefined,
    error: tell('error'),
  };
  const channel = tracingChannel<unknown, EngineRequestTrace>(ENGINE_REQUEST_CHANNEL);
  channel.subscribe(subscribers);
  onTestFinished(() => {
    channel.unsubscribe(subscribers);
  });
  return told;
}

describe('the channel of requests', () => {
  it('tells of each request its beginning and its answer, a refusal too', async () => {
    await using server = await serveEngine((request, response) => {
      if (request.url?.includes('missing')) json(response, { message: 'No such container: missing' }, 404);
      else response.writeHead(204).end();
    });
    const { containers } = await server.connect();
    const told = follow(server.host);
    await containers.start('job');
    await expect(containers.start('missing')).rejects.toMatchObject({ status: 404 });
    expect(told).toEqual([
      'start POST /v1.41/containers/job/start',
      'answered POST /v1.41/containers/job/start 204',
      'start POST /v1.41/containers/missing/start',
      'error POST /v1.41/containers/missing/start 404',
      'answered POST /v1.41/containers/missing/start 404',
    ]);
  });

  it('tells of a request without an answer, whose failure is the same to its caller', async () => {
    await using server = await serveEngine((_request, response) => response.destroy());
    const { containers } = await server.connect();
    const told = follow(server.host);
    await expect(containers.start('job')).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(told.at(-1)).toBe('answered POST /v1.41/containers/job/start');
  });
});
