import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  decodeContainerCreated,
  decodeContainerExit,
  decodeContainerInspect,
  decodeContainerSummary,
  decodeContainerTop,
} from './container.js';
import { list } from './decoder.js';
import { decodeImageInspect, decodeImageSummaries } from './image.js';
import { decodeContainerStats } from './stats.js';
import { decodeSystemInfo, decodeSystemVersion } from './system.js';

interface Exchange {
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: string;
}

const VERSIONS = ['20.10.24', '26.1.5', '29.1.5'];

const DECODERS = [
  [/\/containers\/[^/]+\/json/, decodeContainerInspect],
  [/\/containers\/json/, list(decodeContainerSummary)],
  [/\/containers\/create/, decodeContainerCreated],
  [/\/wait/, decodeContainerExit],
  [/\/top/, decodeContainerTop],
  [/\/stats/, decodeContainerStats],
  [/\/images\/json/, decodeImageSummaries],
  [/\/images\/.+\/json/, decodeImageInspect],
  [/\/version$/, decodeSystemVersion],
  [/\/info$/, decodeSystemInfo],
] as const;

function exchangesOf(version: string): Exchange[] {
  const file = new URL(`../../fixtures/exchanges-${version}.ndjson`, import.meta.url);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Exchange);
}

function recorded(version: string, label: string): unknown {
  const found = exchangesOf(version).find((exchange) => exchange.label === label);
  return JSON.parse(found?.body ?? '') as unknown;
}

describe('decoders on recorded answers', () => {
  it.each(VERSIONS)('take every successful answer of engine %s', (version) => {
    let decoded = 0;
    for (const { path, status, body } of exchangesOf(version)) {
      const decoder = DECODERS.find(([pattern]) => pattern.test(path))?.[1];
      if (status >= 300 || decoder === undefined || !body?.trimStart().match(/^[[{]/)) continue;
      decoder(JSON.parse(body), '');
      decoded += 1;
    }
    expect(decoded).toBeGreaterThan(40);
  });

  it.each(VERSIONS)('give the state of a running container of engine %s', (version) => {
    const inspected = decodeContainerInspect(recorded(version, 'inspect: running'), '');
    expect(inspected.State).toMatchObject({ Status: 'running', Running: true, Paused: false, ExitCode: 0 });
    expect(inspected.State.Pid).toBeGreaterThan(0);
    expect(inspected.Config.Cmd).toEqual(['sleep', '300']);
  });

  it.each(VERSIONS)('give the reason of a failed start of engine %s', (version) => {
    const { State: state } = decodeContainerInspect(recorded(version, 'inspect: start failed'), '');
    expect(state).toMatchObject({ Status: 'created', ExitCode: 127 });
    expect(state.Error).toContain('/no/such/command');
    expect(state.StartedAt).toBe('0001-01-01T00:00:00Z');
  });

  it('replace null by empty lists and objects, but keep a null command', () => {
    const inspected = recorded('29.1.5', 'inspect: created') as { Config: object; HostConfig: object };
    Object.assign(inspected.Config, { Labels: null, Cmd: null, Env: null, Entrypoint: null });
    Object.assign(inspected.HostConfig, { Binds: null, PortBindings: null, Ulimits: null, DeviceRequests: null });
    const { Config: config, HostConfig: host } = decodeContainerInspect(inspected, '');
    expect(config).toMatchObject({ Labels: {}, Cmd: null, Env: [], Entrypoint: null });
    expect(host).toMatchObject({ Binds: [], PortBindings: {}, Ulimits: [], DeviceRequests: [] });
  });

  it('name the place of what they refuse', () => {
    const inspected = recorded('20.10.24', 'inspect: running') as { State: object; HostConfig: object };
    Object.assign(inspected.State, { ExitCode: '0' });
    expect(() => decodeContainerInspect(inspected, '')).toThrow('State.ExitCode is the string "0", expected a number');
    expect(() => list(decodeContainerSummary)([{ Id: 'a', State: 'running' }], '')).toThrow(
      '[0].Created is missing, expected a number',
    );
    expect(() => decodeContainerExit('x', '')).toThrow('the answer is the string "x", expected an object');
  });

  it("tolerate fields that they do not know, and 20.10's null error of a wait", () => {
    expect(decodeContainerExit({ StatusCode: 3, Error: null, New: [1] }, '')).toEqual({ StatusCode: 3 });
  });
});
