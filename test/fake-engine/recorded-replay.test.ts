import { describe, expect, it } from 'vitest';
import { PlainEngine, type PlainAnswer } from '../contract/plain-engine.js';
import { FakeEngine, type EngineName } from './index.js';
import { recordedEvents, recordedExchanges, type RecordedExchange } from './recorded-exchanges.js';

const RECORDINGS = [
  ['20.10', '20.10.24'],
  ['26.1', '26.1.5'],
  ['29.1', '29.1.5'],
] as const satisfies readonly (readonly [EngineName, string])[];

describe.each(RECORDINGS)('the fake engine %s', (engine, version) => {
  it('answers the recorded scenario as the real engine did', async () => {
    const { differences } = await replay(engine, version);
    expect(differences).toEqual([]);
  });

  it('logs the recorded events in the recorded order', async () => {
    const { events, ids } = await replay(engine, version);
    const real = recordedEvents(version).map((line) => summarise(JSON.parse(line) as WireEvent, ids));
    expect(perContainer(events)).toEqual(perContainer(real));
  });
});

interface WireEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}
interface EventLine {
  readonly owner: string;
  readonly text: string;
}

/** Plays the requests of a recording on the fake, and what happened by itself in between. */
async function replay(engine: EngineName, version: string) {
  await using fake = await FakeEngine.start({ engine, images: ['busybox:latest'], clock: 'manual' });
  await using client = new PlainEngine(fake.host);
  // the 26.1 that was recorded ran on a host without ps
  fake.model.hasPs = engine !== '26.1';
  // the recording says when
  fake.model.probesHealth = false;
  const ids = new Map<string, string>();
  const differences: string[] = [];
  const events: WireEvent[] = [];
  fake.model.bus.listen(({ type, action, actorId, attributes }) => {
    events.push({ Type: type, Action: action, Actor: { ID: actorId, Attributes: { ...attributes } } });
  });
  const exchanges = recordedExchanges(version);
  const armed = new Map<string, Promise<PlainAnswer>>();
  for (const exchange of exchanges) {
    const path = replaceIds(exchange.request.path, ids);
    const id = idIn(path);
    if (exchange.label === 'start: output')
      armed.set(id, (await armWait(client, path.replace('/start', '/wait?condition=next-exit'))).answer);
    await playBefore(fake, exchange.label, id);
    const answer = await (armed.get(exchange.label.startsWith('wait: next-exit') ? id : '') ??
      ask(fake, client, exchange, path));
    learnId(exchange, answer, ids);
    differences.push(...compare(exchange, answer, ids));
  }
  const known = new Map(
    [...ids].flatMap(([real, faked], index) => [
      [real, `${index}`],
      [faked, `${index}`],
    ]),
  );
  return { differences, ids: known, events: events.map((event) => summarise(event, known)) };
}

/** Sent before the start, as the recording did; it is listed when it answered. */
async function armWait(client: PlainEngine, path: string): Promise<{ readonly answer: Promise<PlainAnswer> }> {
  const { status, headers, done } = await client.open('POST', path);
  return { answer: done.then((text) => ({ status, headers, text, bytes: Buffer.from(text) })) };
}

async function ask(
  fake: FakeEngine,
  client: PlainEngine,
  exchange: RecordedExchange,
  path: string,
): Promise<PlainAnswer> {
  const { label, request } = exchange;
  if (label === 'wait: removed') {
    const { answer } = await armWait(client, path);
    await fake.exit(idIn(path), 5);
    return answer;
  }
  if (label !== 'stop: ignores TERM') return client.call(request.method, path, request.body);
  const signalled = fake.nextEvent(({ action }) => action === 'kill');
  const pending = client.call(request.method, path, request.body);
  await signalled;
  await fake.jobs.probe(idIn(path));
  fake.advance(1000);
  return pending;
}

/** What the jobs did between two requests. */
async function playBefore(fake: FakeEngine, label: string, id: string): Promise<void> {
  if (label === 'inspect: between runs') await runAgain(fake, id);
  if (label === 'inspect: given up') await runAgain(fake, id);
  if (label === 'poll: always') for (const _run of ['second', 'third']) await runAgain(fake, id);
  if (label === 'inspect: healthy') for (const _probe of ['first', 'second']) await fake.jobs.probe(id);
}

async function runAgain(fake: FakeEngine, id: string): Promise<void> {
  await settled(fake, id);
  await fake.policyRestart(id);
  await settled(fake, id);
}

async function settled(fake: FakeEngine, id: string): Promise<void> {
  const container = fake.model.containers.find(id);
  if (container.process !== undefined)
    await fake.nextEvent(({ action, actorId }) => action === 'die' && actorId === id);
  await container.lock.run(() => undefined);
}

function replaceIds(text: string, ids: ReadonlyMap<string, string>): string {
  return [...ids].reduce((replaced, [real, faked]) => replaced.replaceAll(real, faked), text);
}

function idIn(path: string): string {
  return /\/containers\/([0-9a-f]{64})/.exec(path)?.[1] ?? '';
}

function learnId({ label, response }: RecordedExchange, answer: PlainAnswer, ids: Map<string, string>): void {
  if (!label.startsWith('create') || response.status !== 201 || answer.status !== 201) return;
  const read = (text: string): string => (JSON.parse(text) as { readonly Id: string }).Id;
  ids.set(read(response.body ?? ''), read(answer.text));
}

function compare(exchange: RecordedExchange, answer: PlainAnswer, ids: ReadonlyMap<string, string>): readonly string[] {
  const { label, response } = exchange;
  const found: string[] = [];
  const check = (what: string, real: unknown, faked: unknown): void => {
    if (JSON.stringify(real) !== JSON.stringify(faked))
      found.push(`${label}: ${what}: ${JSON.stringify(real)} != ${JSON.stringify(faked)}`);
  };
  check('status', response.status, answer.status);
  for (const name of HEADERS) check(name, response.headers[name], answer.headers[name]);
  if (response.bodyBase64 !== undefined || CAUGHT_MIDWAY.has(label)) return found;
  const body = replaceIds(response.body ?? '', ids);
  if (response.status >= 400 || label.startsWith('wait')) check('body', body, answer.text);
  else if (body.startsWith('{') || body.startsWith('[')) check('shape', shape(label, body), shape(label, answer.text));
  return found;
}

const HEADERS = ['content-type', 'api-version', 'ostype', 'server', 'docker-experimental', 'builder-version', 'swarm'];

/** Keys and the values that a tracker reads; the rest of the values is the host's. */
function shape(label: string, body: string): unknown {
  const value = JSON.parse(body) as object;
  if (!/^(?:inspect|list|poll|top)/.test(label))
    return Object.keys(value)
      .filter((key) => KEYS.has(key))
      .sort();
  if (label.startsWith('inspect') || label.startsWith('poll')) return readInspect(value as Inspected);
  if (Array.isArray(value))
    return value.map((row: Row) => [Object.keys(row).sort(), row.State, row.Status, row.Names.map(hideRandom)]);
  return Object.keys(value).sort();
}

/** Recorded in the milliseconds of a run that the fake does not have. */
const CAUGHT_MIDWAY = new Set(['inspect: between runs', 'list: between runs']);

const KEYS = new Set([
  'Id',
  'Warnings',
  'ID',
  'SystemTime',
  'Version',
  'ApiVersion',
  'MinAPIVersion',
  'LiveRestoreEnabled',
]);

interface Row {
  readonly State: string;
  readonly Status: string;
  readonly Names: readonly string[];
}
type Inspected = Readonly<Record<string, unknown>> & {
  readonly State: Readonly<Record<string, unknown>>;
  readonly Config: Readonly<Record<string, unknown>>;
  readonly HostConfig: Readonly<Record<string, unknown>>;
  readonly NetworkSettings: Readonly<Record<string, unknown>>;
};

function readInspect(inspected: Inspected): unknown {
  const { Status, Running, Paused, Restarting, OOMKilled, Dead, ExitCode, Error, StartedAt, FinishedAt } =
    inspected.State;
  const isNever = (time: unknown): boolean => String(time).startsWith('0001');
  return {
    state: { Status, Running, Paused, Restarting, OOMKilled, Dead, ExitCode, Error },
    times: [isNever(StartedAt), isNever(FinishedAt)],
    count: inspected.RestartCount,
    policy: inspected.HostConfig.RestartPolicy,
    keys: [inspected, inspected.State, inspected.Config, inspected.HostConfig, inspected.NetworkSettings].map((part) =>
      Object.keys(part).sort(),
    ),
  };
}

function summarise({ Type, Action, Actor }: WireEvent, ids: ReadonlyMap<string, string>): EventLine {
  const owner = ids.get(Type === 'network' ? (Actor.Attributes.container ?? '') : Actor.ID) ?? '?';
  const attributes = Object.entries(Actor.Attributes)
    // random, or a matter of how long the recording took
    .filter(([key]) => !['execID', 'execDuration', 'container'].includes(key))
    .map(([key, value]) => `${key}=${hideRandom(value)}`)
    .sort();
  return { owner, text: `${Type} ${Action} ${attributes.join(' ')}` };
}

/** Names that the engine made up. */
function hideRandom(name: string): string {
  return /^\/?[a-z]+_[a-z0-9]+$/.test(name) ? 'random' : name;
}

function perContainer(events: readonly EventLine[]): Readonly<Record<string, readonly string[]>> {
  const grouped: Record<string, string[]> = {};
  for (const { owner, text } of events) (grouped[owner] ??= []).push(text);
  return grouped;
}
