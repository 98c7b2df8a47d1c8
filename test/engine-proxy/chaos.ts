import type { ExchangeFault } from './exchange-fault.js';
import type { ProxiedRequest } from './exchange-reader.js';
import { createRandom } from './random.js';
import { matches, type ProxyMatcher } from './request-matcher.js';

export interface ChaosOptions {
  readonly seed: number;
  /** Share of the exchanges that are broken, from 0 to 1. */
  readonly rate: number;
  /** Those that may be broken at all. Default: every one. */
  readonly only?: ProxyMatcher;
}

/** As long as answers are made to wait at most: long enough to change what comes first, short enough for a suite. */
const MOST_MS = 60;
/** Some ten events, or an inspect's answer. */
const MOST_BYTES = 6_000;

const EVENTS = /^GET \/events$/;
/** Answers of which a NUL is told from content: all but the bytes of jobs. */
const JSON_ANSWERS = /^GET \/(events|info|containers\/json|containers\/[^/]+\/json|containers\/[^/]+\/top)$/;
const QUESTIONS = /^GET /;

/** Decides at random, and with the same seed alike, which fault an exchange meets. */
export function createChaos({
  seed,
  rate,
  only,
}: ChaosOptions): (request: ProxiedRequest) => ExchangeFault | undefined {
  const next = createRandom(seed);
  const upTo = (most: number): number => Math.floor(next() * (most + 1));
  return (request) => {
    if (only !== undefined && !matches(only, request)) return undefined;
    if (next() >= rate) return undefined;
    const faults: ExchangeFault[] = [
      { kind: 'lose-request' },
      { kind: 'cut', atByte: upTo(MOST_BYTES) },
      { kind: 'close-after-head' },
      { kind: 'delay', ms: upTo(MOST_MS) },
      { kind: 'stall', atByte: upTo(MOST_BYTES), ms: upTo(MOST_MS) },
      { kind: 'split' },
      { kind: 'coalesce', ms: upTo(MOST_MS) },
    ];
    if (matches(JSON_ANSWERS, request)) faults.push({ kind: 'garble', atByte: upTo(MOST_BYTES) });
    if (matches(QUESTIONS, request)) faults.push({ kind: 'refuse', status: 500 });
    if (matches(EVENTS, request)) faults.push({ kind: 'reshuffle', seed: upTo(1_000_000) });
    return faults[upTo(faults.length - 1)];
  };
}
