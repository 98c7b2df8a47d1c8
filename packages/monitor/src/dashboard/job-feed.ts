import { randomBytes } from 'node:crypto';
import type { Machine } from '@docker-tracker/drmaa2';
import type { Freshness, JobChanges, JobSnapshot } from '@docker-tracker/tracker';
import { Subscription } from 'rxjs';
import type { DashboardSource } from './dashboard-source.js';
import {
  HEARTBEAT_MS,
  type FreshnessMessage,
  type HeartbeatMessage,
  type JobRow,
  type PatchMessage,
  type RowChange,
  type SnapshotMessage,
  type Span,
} from './feed-message.js';
import { rowChange, spansOf, visibleFacts } from './job-row.js';
import { PatchHistory } from './patch-history.js';
import { eventFrame } from './server-sent-events.js';

/** A change goes out at once; those that follow it within this time go out together. */
const GATHER_MS = 40;
const HISTORY = { most: 2_000, mostBytes: 4 * 1024 * 1024 };

/** Hears of what there is to send; sends it when its reader takes it. */
export interface FeedListener {
  /** There is a newer patch. */
  wake(): void;
  /** A frame without an id: of no use later. */
  beat(frame: string): void;
}

/** The jobs as a snapshot and the patches after it, made once however many pages look. */
export class JobFeed {
  readonly #source: DashboardSource;
  readonly #control: boolean;
  readonly #history = new PatchHistory(randomBytes(6).toString('hex'), HISTORY);
  readonly #listeners = new Set<FeedListener>();
  readonly #subscription = new Subscription();
  /** What the patches so far add up to. */
  readonly #told = new Map<string, JobSnapshot>();
  readonly #news = new Map<string, JobSnapshot | undefined>();
  readonly #spans = new Map<string, Span[]>();
  #freshness: FreshnessMessage = { freshness: 'syncing', sinceMs: Date.now() };
  #freshnessNews = false;
  #machine: Machine | undefined;
  #machineNews = false;
  #whileWatched: Subscription | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #snapshot: { readonly number: number; readonly frame: string } | undefined;

  constructor(source: DashboardSource, { control }: { readonly control: boolean }) {
    this.#source = source;
    this.#control = control;
    for (const [id, job] of source.snapshot()) this.#told.set(id, job);
    this.#subscription.add(
      source.changes$().subscribe((changes) => {
        this.#onChanges(changes);
      }),
    );
    this.#subscription.add(
      source.transitions$.subscribe(({ jobId, to, at, job }) => {
        const span: Span = [to, Number(at / 1_000_000n), job.subState];
        const spans = this.#spans.get(jobId);
        if (spans) spans.push(span);
        else this.#spans.set(jobId, [span]);
      }),
    );
    this.#subscription.add(
      source.freshness$.subscribe((freshness) => {
        this.#onFreshness(freshness);
      }),
    );
  }

  get history(): PatchHistory {
    return this.#history;
  }

  /** All there is, as of the newest patch. */
  snapshotFrame(): string {
    this.#flush();
    const number = this.#history.newest;
    if (this.#snapshot?.number !== number) {
      const jobs = [...this.#told.values()].map((job) => this.#row(job));
      const { freshness, sinceMs } = this.#freshness;
      const message: SnapshotMessage = {
        jobs,
        freshness,
        sinceMs,
        machine: this.#machine,
        scope: this.#source.scope,
        control: this.#control,
        nowMs: Date.now(),
      };
      this.#snapshot = { number, frame: eventFrame('snapshot', message, this.#history.idOf(number)) };
    }
    return this.#snapshot.frame;
  }

  heartbeatFrame(): string {
    const message: HeartbeatMessage = { ...this.#freshness, nowMs: Date.now() };
    return eventFrame('heartbeat', message);
  }

  listen(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    this.#whileWatched ??= this.#watch();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#whileWatched?.unsubscribe();
      this.#whileWatched = undefined;
    };
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.#whileWatched?.unsubscribe();
    clearTimeout(this.#gathering);
    this.#listeners.clear();
  }

  /** What costs something while nothing happens, and hence only while somebody looks. */
  #watch(): Subscription {
    const watch = this.#source.machine$.subscribe({
      next: (machine) => {
        this.#machine = machine;
        this.#machineNews = true;
        this.#gather();
      },
      // The machine is a decoration: jobs are told without it.
      error: () => undefined,
    });
    const heart = setInterval(() => {
      const frame = this.heartbeatFrame();
      for (const listener of [...this.#listeners]) listener.beat(frame);
    }, HEARTBEAT_MS);
    watch.add(() => {
      clearInterval(heart);
    });
    return watch;
  }

  #onChanges({ added, changed, removed }: JobChanges): void {
    for (const job of [...added, ...changed]) this.#news.set(job.id, job);
    for (const { id } of removed) this.#news.set(id, undefined);
    this.#gather();
  }

  #onFreshness(freshness: Freshness): void {
    this.#freshness = { freshness, sinceMs: Date.now() };
    this.#freshnessNews = true;
    this.#gather();
  }

  #gather(): void {
    if (this.#gathering !== undefined) return;
    this.#flush();
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      if (this.#hasNews) this.#gather();
    }, GATHER_MS);
  }

  get #hasNews(): boolean {
    return this.#news.size > 0 || this.#freshnessNews || this.#machineNews;
  }

  /** Everything that is news becomes one patch. */
  #flush(): void {
    if (!this.#hasNews) return;
    const patch = this.#takePatch();
    if (Object.keys(patch).length === 0) return;
    this.#history.add((id) => eventFrame('patch', patch, id));
    for (const listener of [...this.#listeners]) listener.wake();
  }

  #takePatch(): PatchMessage {
    const added: JobRow[] = [];
    const changed: RowChange[] = [];
    const removed: string[] = [];
    for (const [id, job] of this.#news) {
      const before = this.#told.get(id);
      const spans = this.#spans.get(id) ?? [];
      this.#spans.delete(id);
      if (!job) {
        if (this.#told.delete(id)) removed.push(id);
        continue;
      }
      this.#told.set(id, job);
      if (!before) added.push(this.#row(job));
      else {
        const change = rowChange(before, job, spans);
        if (change) changed.push(change);
      }
    }
    this.#news.clear();
    // A job that was never told is told with its whole timeline.
    for (const id of this.#spans.keys()) if (!this.#told.has(id)) this.#spans.delete(id);
    const patch: PatchMessage = {
      ...(added.length > 0 && { added }),
      ...(changed.length > 0 && { changed }),
      ...(removed.length > 0 && { removed }),
      ...(this.#freshnessNews && { freshness: this.#freshness }),
      ...(this.#machineNews && this.#machine && { machine: this.#machine }),
    };
    this.#freshnessNews = this.#machineNews = false;
    return patch;
  }

  #row(job: JobSnapshot): JobRow {
    return { ...visibleFacts(job), spans: spansOf(this.#source.timeline(job.id)) };
  }
}
