import type { ServerResponse } from 'node:http';
import type { FeedListener, JobFeed } from './job-feed.js';
import { beginEvents } from './server-sent-events.js';

/**
 * One page that follows the feed. It is sent only what it takes: while its socket is full nothing is queued for it, and
 * when it reads on it gets the patches that it missed, or a new snapshot where those are no longer remembered.
 */
export class FeedConnection implements FeedListener {
  readonly #feed: JobFeed;
  readonly #response: ServerResponse;
  /** Number of the newest patch that this page has; undefined: it needs a snapshot. */
  #sent: number | undefined;
  #full = false;

  /** @param lastId - What the page has already, as its `Last-Event-ID` says. */
  static open(feed: JobFeed, response: ServerResponse, lastId: string | undefined): void {
    const connection = new FeedConnection(feed, response, lastId);
    beginEvents(response);
    response.once('close', feed.listen(connection));
    response.on('drain', () => {
      connection.#full = false;
      connection.wake();
    });
    connection.beat(feed.heartbeatFrame());
    connection.wake();
  }

  private constructor(feed: JobFeed, response: ServerResponse, lastId: string | undefined) {
    this.#feed = feed;
    this.#response = response;
    this.#sent = feed.history.resumable(lastId);
  }

  wake(): void {
    const { history } = this.#feed;
    while (!this.#full) {
      const frame = this.#sent === undefined ? undefined : history.frame(this.#sent + 1);
      if (frame !== undefined && this.#sent !== undefined) {
        this.#sent += 1;
        this.#write(frame);
      } else if (this.#sent === undefined || this.#sent < history.newest) {
        const snapshot = this.#feed.snapshotFrame();
        // To make it, what was gathered was told first: to this connection as well, which then has its snapshot.
        if (this.#sent === history.newest) continue;
        this.#sent = history.newest;
        this.#write(snapshot);
      } else return;
    }
  }

  beat(frame: string): void {
    if (!this.#full) this.#write(frame);
  }

  #write(frame: string): void {
    if (!this.#response.write(frame)) this.#full = true;
  }
}
