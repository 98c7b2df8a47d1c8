import { expect, it } from 'vitest';
import { ContractRig, type EngineUnderTest } from './contract-rig.js';

/** An engine that a test may kill. */
export interface KillableEngine extends EngineUnderTest {
  /** SIGKILL, sent before this returns; resolves when the engine is gone. */
  readonly kill: () => Promise<void>;
  /** On what it had saved; resolves when it answers. */
  readonly start: () => Promise<void>;
}

/** So many end at once that some are told of, and all of these not saved yet, when the engine is killed. */
const EXIT_CODES = [11, 12, 13, 14, 15, 16, 17, 18];
/** What an engine says of an end that it knows nothing of any more. */
const FORGOTTEN = [255, 0];

/** What is left of an end that an engine had told of when it was killed. */
export function killContract(open: () => KillableEngine): void {
  it('kept every end that it told of before it was killed, since 23.0; until 20.10 it forgot some', async () => {
    const engine = open();
    await using rig = new ContractRig(engine.host);
    const { Version: version } = await rig.client.json<{ readonly Version: string }>('/version');
    const codes = new Map<string, number>();
    for (const code of EXIT_CODES) codes.set(await ready(rig, code), code);
    const dies = await diesUntilKilled(rig, engine, [...codes.keys()]);
    await engine.start();

    expect(dies.length).toBeGreaterThan(0);
    expect(dies).toEqual(dies.map(([id]) => [id, codes.get(id)]));
    const forgotten: string[] = [];
    for (const [id, code] of dies) {
      const { State: state } = await rig.inspect(id);
      expect(state.Status).toBe('exited');
      if (state.ExitCode === code) continue;
      expect(FORGOTTEN).toContain(state.ExitCode);
      forgotten.push(id);
      // Nothing tells of it: the only `die` was before.
      expect(await rig.actions(id)).toEqual([]);
    }
    expect(forgotten.length > 0).toBe(version.startsWith('20.10.'));
  });
}

async function ready(rig: ContractRig, exitCode: number): Promise<string> {
  const script = `trap 'exit ${exitCode}' TERM; echo ready; while :; do sleep 60 & wait $!; done`;
  const id = await rig.create({ Cmd: ['sh', '-c', script] });
  await rig.post(id, 'start');
  await rig.firstOutput(id);
  return id;
}

/** Ends all of them, kills the engine as soon as it tells of one, and answers what it told by then. */
async function diesUntilKilled(
  rig: ContractRig,
  engine: KillableEngine,
  ids: readonly string[],
): Promise<readonly (readonly [id: string, exitCode: number])[]> {
  const filters = JSON.stringify({ container: ids, event: ['die'] });
  const stream = await rig.client.open('GET', `/events?since=0&filters=${encodeURIComponent(filters)}`);
  const ends = Promise.allSettled(ids.map((id) => rig.post(id, 'kill?signal=TERM')));
  let killed: Promise<void> | undefined;
  let text = '';
  try {
    for await (const chunk of stream.body) {
      killed ??= engine.kill();
      text += chunk.toString('utf8');
    }
  } catch (error) {
    // The connection of a killed engine may end in any way.
    if (killed === undefined) throw error;
  }
  await killed;
  await ends;
  const whole = text.split('\n').slice(0, -1);
  return whole.map((line) => {
    const { Actor: actor } = JSON.parse(line) as { Actor: { ID: string; Attributes: Record<string, string> } };
    return [actor.ID, Number(actor.Attributes.exitCode)] as const;
  });
}
