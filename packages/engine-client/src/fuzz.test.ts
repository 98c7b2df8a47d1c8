import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeContainerCreated,
  decodeContainerExit,
  decodeContainerInspect,
  decodeContainerSummary,
  decodeContainerTop,
  decodeExecInspect,
} from './decode/container.js';
import { DecodeFailure, list } from './decode/decoder.js';
import { decodeEvent } from './decode/event.js';
import { decodeImageInspect, decodeImageSummaries, decodeProgressLine } from './decode/image.js';
import { decodeArchiveStat, decodeContainerStats } from './decode/stats.js';
import { decodeSystemInfo, decodeSystemVersion } from './decode/system.js';
import { resolveEndpoint } from './endpoint/resolve-endpoint.js';
import { EngineError } from './errors.js';
import { FrameDemultiplexer } from './frames.js';
import { JsonRowDecoder } from './json-rows.js';
import { NdjsonDecoder } from './ndjson.js';
import { readDockerAuths } from './registry-auth/docker-auths.js';
import { engineMessageOf } from './transport/body.js';

/** Inputs for each of the tests below; `npm run test:fuzz` gives more. */
const RUNS = Number(process.env.DOCKER_TRACKER_FUZZ ?? 1_000);
const REQUEST = { method: 'GET', path: '/fuzz' } as const;

const DECODERS = [
  decodeContainerInspect,
  list(decodeContainerSummary),
  decodeContainerCreated,
  decodeContainerExit,
  decodeContainerTop,
  decodeExecInspect,
  decodeContainerStats,
  decodeArchiveStat,
  decodeImageSummaries,
  decodeImageInspect,
  decodeProgressLine,
  decodeSystemVersion,
  decodeSystemInfo,
] as const;

function recorded(kind: 'events' | 'exchanges'): readonly string[] {
  return ['20.10.24', '26.1.5', '29.1.5'].flatMap((version) =>
    readFileSync(new URL(`../fixtures/${kind}-${version}.ndjson`, import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
}

const EVENTS = recorded('events');
const BODIES = recorded('exchanges').flatMap((line) => {
  const { body } = JSON.parse(line) as { readonly body?: string };
  return body?.startsWith('{') === true || body?.startsWith('[') === true ? [body] : [];
});

/** A recorded text with some characters replaced, dropped or doubled. */
const damaged = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({
      text: fc.constantFrom(...texts),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(12),
      put: fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.json({ maxDepth: 2 })),
    })
    .map(({ text, at, cut, put }) => {
      const start = Math.floor(at * text.length);
      return text.slice(0, start) + put + text.slice(start + cut);
    });

/** Ends with a value, or with an error of one of these classes. */
function onlyThrows(work: () => unknown, ...classes: readonly (abstract new (...given: never[]) => Error)[]): void {
  try {
    work();
  } catch (error) {
    expect(
      classes.some((each) => error instanceof each),
      String(error),
    ).toBe(true);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The keys under which a config.json keeps logins. */
function keysOf(file: string): object {
  const config = parsed(file);
  const auths: unknown = typeof config === 'object' && config !== null && 'auths' in config ? config.auths : undefined;
  return typeof auths === 'object' && auths !== null ? auths : {};
}

const limits = { timeout: 60_000 + RUNS * 5 };

describe('whatever an engine sends', () => {
  it('a line of /events is an event, or refused as no JSON or no event', limits, () => {
    const line = fc.oneof(damaged(EVENTS), fc.json(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(line, (text) => {
        onlyThrows(() => decodeEvent(text), DecodeFailure, SyntaxError);
      }),
      { numRuns: RUNS },
    );
  });

  it('an answer is a value or a DecodeFailure', limits, () => {
    const body = fc.oneof(damaged(BODIES).map(parsed), fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(...DECODERS), body, (decode, value) => {
        onlyThrows(() => decode(value, ''), DecodeFailure);
      }),
      { numRuns: RUNS },
    );
  });

  it('bytes are lines or an EngineError, and no more of them is held than the limit', limits, () => {
    const chunks = fc.array(fc.oneof(fc.uint8Array(), fc.constant(Buffer.from('{"a":1}\n'))), { maxLength: 12 });
    fc.assert(
      fc.property(chunks, (bytes) => {
        const decoder = new NdjsonDecoder(REQUEST, { lineLimit: 64 });
        onlyThrows(() => [...bytes.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()], EngineError);
      }),
      { numRuns: RUNS },
    );
  });

  it('bytes are the rows of a list or an EngineError, and no more of one is held than the limit', limits, () => {
    const piece = fc.oneof(
      fc.json({ maxDepth: 2 }),
      fc.string({ unit: fc.constantFrom(...Array.from('[]{},:"\\\\ \\n0ae\\u0000')) }),
      fc.constantFrom('[', ']', ',', '[{"Id":"a"},', '"'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), fc.integer({ min: 1, max: 7 }), (pieces, length) => {
        const rows = new JsonRowDecoder(REQUEST, { rowLimit: 64 });
        const bytes = Buffer.from(pieces.join(''));
        onlyThrows(() => {
          for (let at = 0; at < bytes.length; at += length) rows.push(bytes.subarray(at, at + length));
          rows.end();
        }, EngineError);
      }),
      { numRuns: RUNS },
    );
  });

  it('the body of an error is words', limits, () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' }), damaged(BODIES)), (body) => {
        expect(typeof engineMessageOf(body)).toBe('string');
      }),
      { numRuns: RUNS },
    );
  });

  it('bytes are frames or an EngineError', limits, () => {
    const header = fc
      .tuple(fc.nat(4), fc.nat(40))
      .map(([stream, size]) => Uint8Array.of(stream, 0, 0, 0, 0, 0, 0, size));
    const chunks = fc.array(fc.oneof(fc.uint8Array(), header), { maxLength: 12 });
    fc.assert(
      fc.property(chunks, (bytes) => {
        const frames = new FrameDemultiplexer(REQUEST, { frameLimit: 1024 });
        onlyThrows(() => bytes.flatMap((chunk) => frames.push(Buffer.from(chunk))), EngineError);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('whatever the surroundings say', () => {
  it('a config.json names logins or is refused by an EngineError that quotes none of them', limits, () => {
    const secret = 'c2VjcmV0';
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(secret, 'dTpw', 'https://r.example/v2/', 'r.example'),
    );
    const login = fc.oneof(
      fc.record({ auth: text, username: text, password: text, identitytoken: text }, { requiredKeys: [] }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const config = fc.record(
      {
        auths: fc.oneof(fc.dictionary(text, login), fc.jsonValue()),
        credHelpers: fc.dictionary(text, text),
        credsStore: text,
      },
      { requiredKeys: [] },
    );
    const content = fc.oneof(
      config.map((value) => JSON.stringify(value)),
      fc.json(),
      text,
    );
    fc.assert(
      fc.property(content, text, (file, registry) => {
        onlyThrows(() => {
          try {
            const auths = readDockerAuths(file, '/config.json');
            auths.helper(registry);
            auths.secrets(registry);
          } catch (error) {
            // the key of an entry, a registry's name, is named; what stands under it is not
            if (!(registry.includes(secret) || Object.keys(keysOf(file)).join(' ').includes(secret)))
              expect(String(error)).not.toContain(secret);
            throw error;
          }
        }, EngineError);
      }),
      { numRuns: RUNS },
    );
  });

  it('they name an engine or are refused by an EngineError', limits, () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.constantFrom('unix://', 'tcp://h:1', 'npipe:////./pipe/x', 'ssh://h'),
    );
    const file = fc.oneof(
      fc.json(),
      text,
      fc.constant('{"currentContext":"c","Endpoints":{"docker":{"Host":"tcp://h:1"}}}'),
    );
    const given = fc.record(
      { DOCKER_HOST: text, DOCKER_CONTEXT: text, DOCKER_CERT_PATH: text, DOCKER_TLS_VERIFY: text, DOCKER_CONFIG: text },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(given, file, (environment, content) => {
        const surroundings = {
          platform: 'linux',
          home: '/home/somebody',
          readFile: () => Buffer.from(content),
        } as const;
        onlyThrows(() => resolveEndpoint(environment, {}, surroundings), EngineError);
      }),
      { numRuns: RUNS },
    );
  });
});
