import { describe, expect, it } from 'vitest';
import type { AnswerSink } from './answer-filter.js';
import { createChaos } from './chaos.js';
import { createFilter, type ExchangeFault } from './exchange-fault.js';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n';
const ANSWER = `${HEAD}{"a":"b"}`;

const BYTES = ANSWER.split('');

/** What comes out of a filter, in order: text, and in brackets what is no text. */
function through(
  fault: ExchangeFault,
  pieces: readonly string[],
): { readonly out: string[]; readonly strikes: number } {
  const out: string[] = [];
  let strikes = 0;
  const strike = (): void => void (strikes += 1);
  const sink: AnswerSink = {
    strike,
    send: (bytes) => {
      if (bytes.length > 0) out.push(bytes.toString('latin1'));
    },
    wait: (ms) => {
      strike();
      out.push(`[${ms} ms]`);
    },
    cut: () => {
      strike();
      out.push('[cut]');
    },
  };
  const filter = createFilter(fault, sink);
  for (const piece of pieces) filter.push(Buffer.from(piece, 'latin1'));
  filter.end();
  return { out, strikes };
}

describe('a fault in the way of an answer', () => {
  it.each([
    [{ kind: 'cut', atByte: 0 }, ['[cut]']],
    [{ kind: 'cut', atByte: 4 }, ['HTTP', '[cut]']],
    [{ kind: 'close-after-head' }, [HEAD, '[cut]']],
    [{ kind: 'garble', atByte: 2 }, [HEAD, '{"\0":"b"}']],
    [{ kind: 'delay', ms: 7 }, ['[7 ms]', ANSWER]],
    [{ kind: 'stall', atByte: 4, ms: 7 }, ['HTTP', '[7 ms]', ANSWER.slice(4)]],
    [{ kind: 'split' }, BYTES],
    [{ kind: 'coalesce', ms: 7 }, [ANSWER]],
  ] as const)('%j does what it says', (fault, expected) => {
    const { out, strikes } = through(fault, [ANSWER]);
    expect(out).toEqual(expected);
    expect(strikes).toBe(1);
  });

  it.each([
    [{ kind: 'cut', atByte: 40 }, `${ANSWER.slice(0, 40)}[cut]`],
    [{ kind: 'close-after-head' }, `${HEAD}[cut]`],
    [{ kind: 'garble', atByte: 2 }, `${HEAD}{"\0":"b"}`],
    [{ kind: 'stall', atByte: 40, ms: 7 }, `${ANSWER.slice(0, 40)}[7 ms]${ANSWER.slice(40)}`],
    [{ kind: 'coalesce', ms: 7 }, ANSWER],
  ] as const)('%j counts bytes over pieces', (fault, expected) => {
    // A filter that has cut gets no more: the connection is closed.
    const { out } = through(fault, BYTES);
    expect(out.join('').replace(/\[cut\].*/s, '[cut]')).toBe(expected);
  });

  it.each([
    { kind: 'cut', atByte: 1000 },
    { kind: 'garble', atByte: 9 },
    { kind: 'stall', atByte: 1000, ms: 7 },
  ] as const)('%j that lies behind the end has no effect', (fault) => {
    expect(through(fault, [ANSWER])).toEqual({ out: [ANSWER].flatMap(splitAtHead(fault.kind)), strikes: 0 });
  });
});

/** A garbling filter passes head and body on by themselves. */
function splitAtHead(kind: string): (text: string) => readonly string[] {
  return (text) => (kind === 'garble' ? [HEAD, text.slice(HEAD.length)] : [text]);
}

describe('reshuffle', () => {
  const event = (id: string, count: number): string => `${JSON.stringify({ Actor: { ID: id }, count })}\n`;
  const chunk = (data: string): string => `${data.length.toString(16)}\r\n${data}\r\n`;
  const lines = Array.from({ length: 200 }, (_, index) => event(`job-${String(index % 3)}`, index));
  const stream = `HTTP/1.1 200 OK\r\n\r\n${lines.map(chunk).join('')}0\r\n\r\n`;

  it.each([1, 5, 1000])('tells each event, some twice, those of one container in order (pieces of %i)', (size) => {
    const pieces = stream.match(new RegExp(`[^]{1,${String(size)}}`, 'g')) ?? [];
    const { out } = through({ kind: 'reshuffle', seed: 3 }, pieces);
    const told = out.slice(1, -1).map((text) => text.split('\r\n')[1] ?? '');
    const first = told.filter((line, at) => told.indexOf(line) === at);
    expect(out.at(-1)).toBe('0\r\n\r\n');
    expect([...first].sort()).toEqual([...lines].sort());
    expect(first).not.toEqual(lines);
    expect(told.length).toBeGreaterThan(lines.length);
    for (const job of ['job-0', 'job-1', 'job-2']) {
      const ofJob = (all: readonly string[]): readonly string[] => all.filter((line) => line.includes(job));
      expect(ofJob(first)).toEqual(ofJob(lines));
    }
  });
});

describe('chaos', () => {
  const request = { method: 'GET', path: '/events', route: '/events', atMs: 0 };
  const decided = (seed: number): readonly (ExchangeFault | undefined)[] => {
    const decide = createChaos({ seed, rate: 0.5 });
    return Array.from({ length: 400 }, () => decide(request));
  };

  it('decides alike with the same seed, and differently with another', () => {
    expect(decided(1)).toEqual(decided(1));
    expect(decided(1)).not.toEqual(decided(2));
  });

  it('knows every fault, at the rate asked for', () => {
    const faults = decided(1).filter((fault) => fault !== undefined);
    expect(faults.length / 400).toBeCloseTo(0.5, 1);
    expect(new Set(faults.map(({ kind }) => kind)).size).toBe(10);
  });

  it("garbles nothing whose bytes are a job's own, and refuses no command", () => {
    const decide = createChaos({ seed: 1, rate: 1 });
    const kinds = (method: string, route: string): ReadonlySet<string | undefined> =>
      new Set(Array.from({ length: 200 }, () => decide({ method, route, path: route, atMs: 0 })?.kind));
    expect(kinds('GET', '/containers/a/logs').has('garble')).toBe(false);
    expect(kinds('POST', '/containers/a/start').has('refuse')).toBe(false);
  });

  it('leaves alone what it is told to', () => {
    const decide = createChaos({ seed: 1, rate: 1, only: 'POST **' });
    expect(decide(request)).toBeUndefined();
  });
});
