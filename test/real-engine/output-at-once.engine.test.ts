import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Rig } from './rig.js';

/** `npm run test:output` has 200 of them. */
const WRITERS = Number(process.env.DOCKER_TRACKER_WRITERS ?? 20);
/** An engine starts no more of them a second beyond that. */
const AT_ONCE = 8;

const LINES = 20_000;
const TEXT = Array.from({ length: LINES }, (_, index) => `${String(index + 1)}\n`).join('');

describe('output files', () => {
  it(`are whole for ${String(WRITERS)} jobs that write at once`, { timeout: 60_000 + WRITERS * 2_000 }, async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    // All run before the first writes, and all are told to write in the same moment.
    const script = `trap 'go=1' USR1; echo ready; while [ -z "$go" ]; do sleep 600 & wait $!; done; seq 1 ${String(LINES)}; seq 1 ${String(LINES)} >&2`;
    const ids: string[] = [];
    const places = Array.from({ length: WRITERS }, (_, index) => join(folder, String(index))).values();
    const submitting = async (): Promise<void> => {
      for (const place of places) {
        ids.push(await rig.tracker.addJob(rig.sh(script, { outputPath: place, errorPath: `${place}.err` })));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, submitting));
    await Promise.all(ids.map((id) => isReady(rig, id)));
    expect([...rig.tracker.snapshot().values()].filter(({ state }) => state === 'Running')).toHaveLength(WRITERS);
    // An engine that has to take away so many processes at once may be late for some, and then calls their exit code 255.
    const ended = Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    await Promise.all(ids.map((id) => rig.engine.containers.kill(id, { signal: 'SIGUSR1' })));
    for (const { exitStatus } of await ended) expect([0, 255]).toContain(exitStatus);
    const names = await readdir(folder);
    expect(names).toHaveLength(2 * WRITERS);
    for (const name of names) {
      const expected = name.endsWith('.err') ? TEXT : `ready\n${TEXT}`;
      // Compared, not shown: half a megabyte of difference tells nobody anything.
      expect((await readFile(join(folder, name), 'utf8')) === expected, name).toBe(true);
    }
  });
});

/** The trap is set once the job says so. */
async function isReady(rig: Rig, id: string): Promise<void> {
  for await (const { data } of rig.tracker.output(id, { follow: true, stderr: false })) {
    if (data.toString().includes('ready')) return;
  }
  throw new Error(`job ${id} ended before it was ready`);
}
