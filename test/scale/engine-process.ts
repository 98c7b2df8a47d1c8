import { FakeEngine } from '../fake-engine/index.js';
import type { Container } from '../fake-engine/model/container.js';
import { answerCalls } from './child.js';
import { addCrowd, type CrowdSize } from './crowd.js';

/** The engine's side of the scale run. */
const fake = await FakeEngine.start({ limits: { batch: 64 } });
let running: readonly Container[] = [];
let turn = 0;

const calls = {
  async open({ session, ...size }: CrowdSize & { readonly session: string }): Promise<string> {
    running = await addCrowd(fake, session, size);
    return fake.host;
  },

  /** Pauses and unpauses running jobs in turn, `perSecond` of it as far as the reader lets the engine. */
  async burst({ events, perSecond }: { readonly events: number; readonly perSecond: number }): Promise<Burst> {
    const start = performance.now();
    const before = fake.droppedEvents;
    let sent = 0;
    // each publisher waits while the engine holds it up, as an operation on a container does
    const publisher = async (): Promise<void> => {
      while (sent < events) {
        if (sent >= ((performance.now() - start) / 1000) * perSecond)
          await new Promise((resolve) => setImmediate(resolve));
        else {
          sent += 1;
          await toggle();
        }
      }
    };
    await Promise.all(Array.from({ length: PUBLISHERS }, publisher));
    const ms = performance.now() - start;
    const paused = running.map((container) => (container.paused ? '1' : '0')).join('');
    return { ms, dropped: Math.max(0, fake.droppedEvents - before), paused };
  },

  /** All running jobs end; answers how each did. */
  async endAll(): Promise<Readonly<Record<string, number>>> {
    const codes: Record<string, number> = {};
    for (const [index, container] of running.entries()) {
      if (container.paused) await toggleOf(container);
      codes[container.id] = index % 7;
      await fake.exit(container.id, index % 7);
    }
    return codes;
  },

  memory: () => process.memoryUsage().rss,
};

export interface Burst {
  readonly ms: number;
  /** Events that a reader never got. */
  readonly dropped: number;
  /** A digit for each running job in order of its index: 1 where it is paused now. */
  readonly paused: string;
}

/** Operations at once. */
const PUBLISHERS = 32;

export type EngineCalls = typeof calls;

answerCalls(calls);

function toggle(): Promise<void> {
  const container = running[turn % running.length];
  turn += 1;
  return container ? toggleOf(container) : Promise.resolve();
}

function toggleOf(container: Container): Promise<void> {
  container.paused = !container.paused;
  container.save();
  return fake.model.publishContainer(container, container.paused ? 'pause' : 'unpause');
}
