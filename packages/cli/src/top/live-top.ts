import { emitKeypressEvents } from 'node:readline';
import { isTerminated } from '@docker-tracker/drmaa2';
import { auditTime, fromEvent, interval, merge, Subject, Subscription } from 'rxjs';
import { jobNamed } from '../core/job-name.js';
import { press, type Key, type TopEffect } from '../core/top/top-keys.js';
import { listedJobs, newTopModel, roomForJobs, settled, type TopModel } from '../core/top/top-model.js';
import type { Colors } from '../terminal/state-colors.js';
import { topLines } from './draw-top.js';
import { openScreen } from './screen.js';
import type { TopSource } from './top-source.js';

/** Ten times a second looks live, and a storm of transitions costs no more than that. */
const REDRAW_MS = 100;
/** While nothing happens only the clocks go on. */
const CLOCK_MS = 1_000;

/**
 * Fills the terminal with the jobs until a key, or the signal, ends it. The terminal is given back whatever happens.
 *
 * @param filter - what is looked for from the beginning
 */
export async function showTop(source: TopSource, colors: Colors, filter: string, signal: AbortSignal): Promise<void> {
  const { stdin, stdout } = process;
  const screen = openScreen(stdout);
  const world = new Subscription();
  try {
    await new Promise<void>((resolve, reject) => {
      const drawn = new Subject<void>();
      const asked = new Set<string>();
      let model = sized({ ...newTopModel(source.title, Date.now()), filter });
      let listed = listedJobs(model);

      const change = (next: TopModel): void => {
        model = next;
      };
      const draw = (): void => {
        try {
          const before = listed;
          listed = listedJobs(model);
          model = settled({ ...model, now: Date.now() }, listed, before);
          screen.show(topLines(model, colors));
          askForTimes(source, model, asked);
        } catch (error) {
          reject(error);
        }
      };
      const perform = (effect: TopEffect): void => {
        if (effect.type === 'quit') {
          resolve();
          return;
        }
        void act(source, effect).then((message) => {
          change({ ...model, message });
          draw();
        });
      };

      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
      world.add(
        source.jobs$.subscribe((jobs) => {
          change({ ...model, jobs });
          drawn.next();
        }),
      );
      world.add(
        source.freshness$.subscribe((freshness) => {
          change({ ...model, freshness, freshnessSince: Date.now() });
          drawn.next();
        }),
      );
      world.add(merge(drawn.pipe(auditTime(REDRAW_MS)), interval(CLOCK_MS)).subscribe(draw));
      world.add(
        merge(fromEvent(stdout, 'resize'), fromEvent(process, 'SIGCONT')).subscribe(() => {
          change(sized(model));
          screen.forget();
          draw();
        }),
      );
      world.add(
        listenToKeys(stdin, (key) => {
          const { model: next, effect } = press(model, key);
          change(next);
          draw();
          if (effect) perform(effect);
        }),
      );
      draw();
    });
  } finally {
    world.unsubscribe();
    screen.close();
  }
}

function sized(model: TopModel): TopModel {
  const { columns, rows } = process.stdout;
  // A terminal that knows no size of its own says 0.
  return { ...model, columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/** @returns what lets the keyboard go, so that the process may end. */
function listenToKeys(stdin: NodeJS.ReadStream, pressed: (key: Key) => void): () => void {
  if (!stdin.isTTY) return () => undefined;
  const listener = (text: string | undefined, key: Omit<Key, 'text'> | undefined): void => {
    pressed({ ...key, text });
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on('keypress', listener);
  stdin.resume();
  return () => {
    stdin.off('keypress', listener);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

async function act(source: TopSource, { action, job }: Extract<TopEffect, { readonly type: 'act' }>): Promise<string> {
  try {
    if (action === 'delete') await source.remove(job);
    else await source.control(job, action);
    return `${action} ${jobNamed(job)}: done`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Of the jobs on the screen, each once. */
function askForTimes(source: TopSource, model: TopModel, asked: Set<string>): void {
  const shown = listedJobs(model).slice(model.offset, model.offset + roomForJobs(model));
  for (const job of shown) {
    if (job.startedAt !== undefined || !isTerminated(job.state) || asked.has(job.id)) continue;
    asked.add(job.id);
    source.describe(job).catch(() => undefined);
  }
}
