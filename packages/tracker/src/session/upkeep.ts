import { Dispatcher } from '../queue/dispatcher.js';
import { Leftovers } from '../queue/leftovers.js';
import { cancelOwnInput } from '../queue/own-input.js';
import { tellStartTimes } from '../queue/start-times.js';
import { CpuTimeLimits } from '../limits/cpu-time-limits.js';
import { removeExpired } from '../limits/expiry.js';
import { keepTimeLimits } from '../limits/time-limits.js';
import type { JobTimers } from '../watch/job-timers.js';
import { sendNotices } from './notices.js';
import type { SessionContext } from './session-context.js';

/** What an open session does by itself, called by nobody: it starts what waits, ends what has reached a limit, removes what has expired. */
export class Upkeep {
  readonly #context: SessionContext;
  readonly #dispatcher: Dispatcher;
  readonly #leftovers: Leftovers;
  readonly #cpuTimeLimits: CpuTimeLimits;
  readonly #timers: readonly JobTimers[];
  readonly #stopNotices: () => void;

  /** To be made when the view is complete. */
  constructor(context: SessionContext) {
    this.#context = context;
    const { queue, session, closed, watch, choices } = context;
    const notices = choices.notifier && sendNotices(context, choices.notifier);
    this.#stopNotices = () => notices?.unsubscribe();
    // Before the dispatcher: what is past its time by now is not to be started first.
    this.#timers = [keepTimeLimits(context), removeExpired(context), tellStartTimes(watch, session)];
    this.#cpuTimeLimits = new CpuTimeLimits(context);
    this.#dispatcher = new Dispatcher(queue, session, closed);
    this.#leftovers = new Leftovers(queue, session, closed);
  }

  /** Jobs that are being claimed go on to their start; those that wait with an input of this tracker are cancelled. */
  async close(): Promise<void> {
    this.#stopNotices();
    for (const timers of this.#timers) timers.close();
    this.#cpuTimeLimits.close();
    this.#leftovers.close();
    await this.#dispatcher.close();
    await cancelOwnInput(this.#context.queue, this.#context.session);
  }
}
