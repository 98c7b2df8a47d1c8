import type { Fact } from './job-record.js';
import type { EngineNano } from './timestamp.js';

interface Heard<Value> {
  readonly fact: Fact<Value>;
  /** The event contradicts an answer that may be ahead of it: an inspect decides. */
  readonly ask: boolean;
}

/** What an event makes of a fact. Stale events lose; one that an answer contradicts is not believed, nor is the answer. */
export function heard<Value>(known: Fact<Value>, value: Value, at: EngineNano): Heard<Value> {
  if (at <= known.at) return { fact: known, ask: false };
  if (known.source === 'answer' && known.value !== value) return { fact: { ...known, at }, ask: true };
  return { fact: { value, at, source: 'event' }, ask: false };
}

/** What an answer makes of a fact. One that agrees confirms it up to then, and may be trusted as before. */
export function answered<Value>(known: Fact<Value>, value: Value, asOf: EngineNano): Fact<Value> {
  if (asOf < known.at) return known;
  if (known.value !== value) return { value, at: asOf, source: 'answer' };
  return asOf === known.at ? known : { ...known, at: asOf };
}
