import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { EngineHttpError } from '@docker-tracker/engine-client';
import { DockerTracker } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../core/command-error.js';
import { tellFailure } from './failure.js';

async function toldWithoutEngine(host: string): Promise<readonly string[]> {
  const failure: unknown = await DockerTracker.open({ session: 's', host }).catch((error: unknown) => error);
  return tellFailure(failure, EXIT.refused).lines;
}

describe('tellFailure', () => {
  it.each([
    ['unix:///nowhere.sock', 'there is no such socket. Is the engine running? Start it, or set DOCKER_HOST'],
    ['tcp://127.0.0.1:1', 'nothing listens there. Is the engine running? Start it, or set DOCKER_HOST'],
  ])('says once of %s what is wrong and what to do', async (host, words) => {
    expect(await toldWithoutEngine(host)).toEqual([
      `docker-tracker: cannot connect to ${host}: ${words}`,
      '  --host and --context choose another engine, too',
    ]);
  });

  it("points to the engine's log where the engine failed, and only there", () => {
    const cause = new EngineHttpError({ method: 'POST', path: '/containers/a/start' }, 500, 'out of order');
    const told = (failure: Drmaa2Error) => tellFailure(failure, EXIT.refused).lines;
    expect(told(new Drmaa2Error('Internal', 'start: out of order', { cause }))).toEqual([
      'docker-tracker: start: out of order',
      "  the engine's own log says more",
    ]);
    expect(told(new Drmaa2Error('Internal', 'no page'))).toEqual(['docker-tracker: no page']);
  });
});
