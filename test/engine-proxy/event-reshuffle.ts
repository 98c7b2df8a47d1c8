import { behindHead, type AnswerFilter, type AnswerSink } from './answer-filter.js';
import { createRandom } from './random.js';

/** The longest time for which an event waits for another one to overtake it: the engine's own disorder is some 20 ms. */
const DISORDER_MS = 20;
/** As many events of the past come again at most, in their order, as after a `since` that reaches back. */
const REPEATED = 3;

/** Repeats and swaps the lines of a chunked event stream. Of one container the order stays: the engine keeps it, too. */
export class EventReshuffle implements AnswerFilter {
  readonly #sink: AnswerSink;
  readonly #next: () => number;
  readonly #head: AnswerFilter;
  readonly #chunks = new ChunkReader();
  #line = '';
  #last: string[] = [];
  #held: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(seed: number, sink: AnswerSink) {
    this.#sink = sink;
    this.#next = createRandom(seed);
    this.#head = behindHead(sink, (bytes) => {
      this.#read(bytes);
    });
  }

  push(bytes: Buffer): void {
    this.#head.push(bytes);
  }

  end(): void {
    this.#letGo();
  }

  #read(bytes: Buffer): void {
    this.#sink.strike();
    const { data, isOver } = this.#chunks.read(bytes);
    const lines = (this.#line + data).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#take(`${line}\n`);
    if (!isOver) return;
    this.#letGo();
    this.#sink.send(Buffer.from('0\r\n\r\n'));
  }

  #take(line: string): void {
    const held = this.#held;
    if (held !== undefined && containerOf(held) !== containerOf(line)) {
      this.#tell(line);
      this.#letGo();
      return;
    }
    this.#letGo();
    if (this.#next() < 0.3) {
      this.#held = line;
      this.#timer = setTimeout(() => {
        this.#letGo();
      }, DISORDER_MS);
      return;
    }
    this.#tell(line);
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#tell(held);
  }

  #tell(line: string): void {
    this.#send(line);
    this.#last = [...this.#last, line].slice(-REPEATED);
    if (this.#next() < 0.3) for (const again of this.#last) this.#send(again);
  }

  #send(line: string): void {
    const data = Buffer.from(line);
    this.#sink.send(Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]));
  }
}

function containerOf(line: string): string {
  return (JSON.parse(line) as { readonly Actor: { readonly ID: string } }).Actor.ID;
}

/** Takes a chunked body apart. */
class ChunkReader {
  #rest = Buffer.alloc(0);
  #isOver = false;

  /** `isOver` is told once. */
  read(bytes: Buffer): { readonly data: string; readonly isOver: boolean } {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    let data = '';
    while (!this.#isOver) {
      const lineEnd = this.#rest.indexOf('\r\n');
      if (lineEnd < 0) return { data, isOver: false };
      const size = Number.parseInt(this.#rest.toString('latin1', 0, lineEnd), 16);
      if (size === 0) {
        this.#isOver = true;
        return { data, isOver: true };
      }
      const begin = lineEnd + 2;
      if (this.#rest.length < begin + size + 2) return { data, isOver: false };
      data += this.#rest.toString('utf8', begin, begin + size);
      this.#rest = this.#rest.subarray(begin + size + 2);
    }
    return { data, isOver: false };
  }
}
