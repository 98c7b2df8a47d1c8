import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineEvent, FakeEngine } from '../fake-engine/index.js';
import { inParallel, Rig, sleeping, turn } from './rig.js';

const COMMANDS = ['pause', 'unpause', 'stop-signal', 'continue', 'rename', 'exit', 'restart', 'oom'] as const;
type Command = (typeof COMMANDS)[number];

const scripts = fc.array(fc.record({ job: fc.nat({ max: 2 }), command: fc.constantFrom(...COMMANDS) }), {
  minLength: 5,
  maxLength: 30,
});
const disorders = fc.record({
  seed: fc.integer(),
  drop: fc.constantFrom(0, 0.2, 0.6),
  duplicate: fc.constantFrom(0, 0.3),
  reach: fc.constantFrom(1, 4, 20),
  ring: fc.constantFrom(8, 256),
});

describe('events out of order', () => {
  it('F31: shuffled, doubled and dropped events end in what the list says', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(scripts, disorders, async (script, disorder) => {
        // what an engine drops it announces by lateness; a stop by signal that was dropped in time is only in its memory
        const ring = disorder.drop === 0 ? disorder.ring : 256;
        await using rig = await Rig.open({ replicaLagMs: 0, limits: { ring } });
        const ids = await rig.submit(3, sleeping({ extensionList: { restart: 'on-failure' } }));
        const events = new Disorder(rig.fake, disorder);
        for (const { job, command } of script) await play(rig, ids[job] ?? '', command);
        await events.end();
        const healed = rig.nextLive();
        rig.fake.cutStreams();
        await healed;
        await rig.expectConverged();
        rig.ledger.expectUnbroken();
      }),
      { seed: 31, numRuns: 20, endOnFailure: true },
    );
  });

  it('F31: events of different jobs may overtake one another, and come twice, without any list', async () => {
    // With a clock of its own: on a busy machine 30 events take longer than any disorder of an engine.
    await using rig = await Rig.open({ clock: 'manual' });
    const ids = await rig.submit(40);
    const events = new Disorder(rig.fake, { seed: 7, drop: 0, duplicate: 0.5, reach: 30, perJob: true });
    const meant = new Map(ids.map((id, index) => [id, index % 4]));
    await inParallel([...meant], 8, async ([id, code]) => {
      await rig.onlooker.containers.pause(id);
      await rig.onlooker.containers.unpause(id);
      rig.fake.advance(1);
      await rig.fake.exit(id, code);
    });
    await events.end();
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    expect(rig.fake.count('GET /containers/json')).toBe(1);
    rig.ledger.expectEndings(meant);
    await rig.expectConverged();
  });
});

interface Disorders {
  readonly seed: number;
  /** Share of the events that is never sent, and that is sent twice. */
  readonly drop: number;
  readonly duplicate: number;
  /** So many events are held back and sent in any order. */
  readonly reach: number;
  /** Those of one container stay in order among themselves, as a real engine's do. */
  readonly perJob?: boolean;
}

/** Stands between the engine's memory of events, which stays right, and its subscribers. */
class Disorder {
  readonly #choices: Disorders;
  readonly #deliver: FakeEngine['model']['bus']['deliver'];
  readonly #bus: FakeEngine['model']['bus'];
  readonly #held: EngineEvent[] = [];
  #random: number;

  constructor({ model: { bus } }: FakeEngine, choices: Disorders) {
    this.#choices = choices;
    this.#random = choices.seed | 0;
    this.#bus = bus;
    this.#deliver = bus.deliver.bind(bus);
    bus.deliver = (event) => this.#take(event);
  }

  /** Sends what is held back; from here on all is in order again. */
  async end(): Promise<void> {
    while (this.#held.length > 0) await this.#sendOne();
    this.#bus.deliver = this.#deliver;
    await turn();
  }

  async #take(event: EngineEvent): Promise<void> {
    const { drop, duplicate, reach } = this.#choices;
    if (this.#chance() < drop) return;
    this.#held.push(event);
    if (this.#chance() < duplicate) this.#held.push(event);
    if (this.#held.length >= reach) await this.#sendOne();
  }

  async #sendOne(): Promise<void> {
    const chosen = Math.floor(this.#chance() * this.#held.length);
    const { actorId } = this.#held[chosen] ?? {};
    const index = this.#choices.perJob === true ? this.#held.findIndex((event) => event.actorId === actorId) : chosen;
    for (const event of this.#held.splice(index, 1)) await this.#deliver(event);
  }

  #chance(): number {
    this.#random = (Math.imul(this.#random, 1_103_515_245) + 12_345) & 0x7fffffff;
    return this.#random / 0x80000000;
  }
}

/** What is illegal now is refused by the engine, and that is fine. */
async function play({ fake, onlooker }: Rig, id: string, command: Command): Promise<void> {
  const { containers } = onlooker;
  const refused = (): void => undefined;
  switch (command) {
    case 'pause':
      return containers.pause(id).catch(refused);
    case 'unpause':
      return containers.unpause(id).catch(refused);
    case 'stop-signal':
      return containers.kill(id, { signal: 'SIGSTOP' }).catch(refused);
    case 'continue':
      return containers.kill(id, { signal: 'SIGCONT' }).catch(refused);
    case 'rename':
      return containers.rename(id, { name: `renamed-${fake.model.clock.now()}` }).catch(refused);
    case 'exit':
      return fake.exit(id, 0);
    case 'oom':
      return fake.oom(id, { child: true });
    case 'restart':
      await containers.start(id).catch(refused);
  }
}
