import type { EngineEvent } from '@docker-tracker/engine-client';

/** What the engine's own events say about one job, read without the tracker's code. */
export interface Verdict {
  /** Each start: the word of the last step that counted before it. */
  readonly startedAs: readonly string[];
  /** Where the job stands: a word of its name. */
  readonly place: string;
}

/** Which words may follow a word in a name; after the end a name says nothing more. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  new: ['queued', 'held', 'cancelled'],
  queued: ['claim', 'held', 'cancelled'],
  held: ['queued', 'cancelled'],
  claim: ['slot', 'queued-back', 'cancelled'],
  slot: ['cancelled'],
  cancelled: [],
};

/** Judges a job's renames in the engine's order: a step counts if it was made from the one that counted last. */
export function judge(events: readonly EngineEvent[]): Verdict {
  let last = '';
  let ended = false;
  const startedAs: string[] = [];
  for (const { action, attributes } of events) {
    const name = attributes.name ?? '';
    if (action === 'create') last = name;
    if (action === 'start') startedAs.push(wordOf(last));
    if (action === 'die') ended = true;
    if (action !== 'rename' || ended || name === last) continue;
    const from = attributes.oldName?.slice(1);
    if (from === last && follows(last, name)) last = name;
  }
  return { startedAs, place: wordOf(last) };
}

function follows(from: string, to: string): boolean {
  return AFTER[wordOf(from)]?.includes(to.includes('.queued-back-') ? 'queued-back' : wordOf(to)) === true;
}

function wordOf(name: string): string {
  return /\.(new|queued|held|claim|slot|cancelled)-/.exec(name)?.[1] ?? '';
}
