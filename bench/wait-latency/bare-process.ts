import { resolveEndpoint } from '@docker-tracker/engine-client';
import { Client } from 'undici';
import { answerCalls } from './measured-process.js';
import { WallClock } from './wall-clock.js';

export interface Death {
  /** When the engine says that the job ended. */
  readonly diedAtMs: number;
  /** When a bare reader of the stream had the event. */
  readonly knownAtMs: number;
}

/** The least that is possible: undici reads `/events`, a callback parses each line. */
export interface BareCalls {
  readonly death: (id: string) => Promise<Death>;
}

interface DieEvent {
  readonly id: string;
  readonly timeNano: number;
}

await answerCalls(async () => {
  const deaths = new Map<string, Death>();
  const asked = new Map<string, (death: Death) => void>();
  let clock = new WallClock();
  const client = await readDeaths(({ id, timeNano }) => {
    const death = { diedAtMs: timeNano / 1e6, knownAtMs: clock.nowMs() };
    deaths.set(id, death);
    asked.get(id)?.(death);
  });
  const calls: BareCalls = {
    death: async (id) => {
      const known = deaths.get(id);
      const death = known ?? (await new Promise<Death>((resolve) => asked.set(id, resolve)));
      clock = new WallClock();
      return death;
    },
  };
  return { calls, close: () => client.destroy() };
});

/** Resolves with the client once the stream is open. */
async function readDeaths(onDeath: (event: DieEvent) => void): Promise<Client> {
  const { socketPath, label } = resolveEndpoint(process.env);
  if (socketPath === undefined) {
    throw new Error(`${label} may be another host, whose clock cannot be compared with ours: use a unix socket`);
  }
  const client = new Client('http://docker', { socketPath, bodyTimeout: 0, headersTimeout: 0 });
  const filters = encodeURIComponent(JSON.stringify({ type: ['container'] }));
  const { body } = await client.request({ method: 'GET', path: `/events?filters=${filters}` });
  let rest = '';
  body.setEncoding('utf8');
  body.on('error', () => undefined);
  body.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') continue;
      const event = JSON.parse(line) as DieEvent & { readonly Action: string };
      if (event.Action === 'die') onDeath(event);
    }
  });
  return client;
}
