import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import type { JobChanges, JobSnapshot } from '@docker-tracker/tracker';
import { EMPTY, NEVER, of, Subject } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DashboardSource } from './dashboard-source.js';
import { FeedConnection } from './feed-connection.js';
import { JobFeed } from './job-feed.js';

const GATHER_MS = 40;

afterEach(() => {
  vi.useRealTimers();
});

describe('a page that does not read', () => {
  it('is sent no more than its socket takes, and later what it missed', () => {
    using world = new World();
    const page = world.page();
    for (let number = 0; number < 500; number += 1) world.change(number);
    const held = page.writableLength + page.readableLength;
    expect(held).toBeLessThan(8_192);
    const text = readAll(page);
    expect(text.match(/^event: snapshot$/gm)).toHaveLength(1);
    expect(text.match(/^event: patch$/gm)).toHaveLength(500);
    expect(text).toContain('"subState":"499"');
  });

  it('gets one new snapshot where it missed more than is remembered', () => {
    using world = new World();
    const page = world.page();
    for (let number = 0; number < 3_000; number += 1) world.change(number);
    const text = readAll(page);
    expect(text.match(/^event: snapshot$/gm)).toHaveLength(2);
    expect(text.match(/^event: patch$/gm)?.length ?? 0).toBeLessThan(100);
    expect(text).toContain('"subState":"2999"');
  });
});

describe('a feed', () => {
  it('tells changes that follow one another closely together, and the first at once', () => {
    using world = new World();
    const page = world.page();
    readAll(page);
    world.changeWithoutPause(1);
    expect(readAll(page)).toContain('"subState":"1"');
    world.changeWithoutPause(2);
    world.changeWithoutPause(3);
    expect(readAll(page)).toBe('');
    vi.advanceTimersByTime(GATHER_MS);
    const text = readAll(page);
    expect(text.match(/^event: patch$/gm)).toHaveLength(1);
    expect(text).not.toContain('"subState":"2"');
    expect(text).toContain('"subState":"3"');
  });

  it('looks at the machine, and beats, only while a page is open', () => {
    using world = new World();
    expect(world.machine.observed).toBe(false);
    const page = world.page();
    expect(world.machine.observed).toBe(true);
    readAll(page);
    vi.advanceTimersByTime(4_000);
    expect(readAll(page)).toContain('event: heartbeat');
    page.emit('close');
    expect(world.machine.observed).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** A feed over one job, in a time of its own. */
class World implements Disposable {
  readonly machine = new Subject<never>();
  readonly #changes = new Subject<JobChanges>();
  readonly #feed: JobFeed;

  constructor() {
    vi.useFakeTimers();
    const source: DashboardSource = {
      scope: 'jobs',
      snapshot: () => new Map([['j', job('')]]),
      changes$: () => this.#changes,
      transitions$: NEVER,
      freshness$: of('live'),
      machine$: this.machine,
      usage$: () => EMPTY,
      timeline: () => [],
      jobInfo: () => Promise.reject(new Error('not asked for')),
      jobTemplate: () => Promise.reject(new Error('not asked for')),
      output: () => {
        throw new Error('not asked for');
      },
      tracker: () => Promise.reject(new Error('not asked for')),
    };
    this.#feed = new JobFeed(source, { control: false });
    vi.advanceTimersByTime(GATHER_MS);
  }

  /** A page whose socket takes 1 KiB and is not read. */
  page(): PassThrough {
    const stream = Object.assign(new PassThrough({ highWaterMark: 1_024 }), {
      writeHead: () => undefined,
      flushHeaders: () => undefined,
    });
    FeedConnection.open(this.#feed, stream as unknown as ServerResponse, undefined);
    return stream;
  }

  change(number: number): void {
    this.changeWithoutPause(number);
    vi.advanceTimersByTime(GATHER_MS);
  }

  changeWithoutPause(number: number): void {
    this.#changes.next({ added: [], changed: [job(String(number))], removed: [] });
  }

  [Symbol.dispose](): void {
    this.#feed.close();
  }
}

function job(subState: string): JobSnapshot {
  return { id: 'j', session: 's', state: 'Running', subState, containerName: 'c', category: 'i', removed: false };
}

/** Reads until there is no more, as a browser that was asleep does. */
function readAll(page: PassThrough): string {
  let text = '';
  for (let piece = page.read() as Buffer | null; piece !== null; piece = page.read() as Buffer | null) {
    text += piece.toString();
    page.emit('drain');
  }
  return text;
}
