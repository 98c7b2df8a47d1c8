import { setTimeout as pause } from 'node:timers/promises';
import { Engine } from '@docker-tracker/engine-client';
import { DockerMonitor } from '@docker-tracker/monitor';
import { DashboardServer } from '@docker-tracker/monitor/dashboard';
import { FakeEngine } from '@docker-tracker/test/fake-engine';
import type { Browser } from 'playwright-core';
import { slowClicks, watchClicks } from './row-watcher.js';

const JOBS = 10_000;
const A_SECOND = 500;
const SECONDS = 20;
/** Changes are made so often a second, each time the same number. */
const STROKES = 20;
const LIMIT_MS = 100;

/** 10,000 jobs of which 500 a second change, while somebody clicks: how long until the click is on the screen. */
export async function measureCrowd(browser: Browser): Promise<string[]> {
  await using fake = await FakeEngine.start();
  await using engine = await Engine.connect({ host: fake.host });
  const ids = await crowd(engine);
  await using monitor = await DockerMonitor.open({ engine });
  await using server = await DashboardServer.listen({ monitor });
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.getByText(`${String(JOBS)} shown`).waitFor();
  await watchClicks(page);
  let changes = 0;
  const counted = monitor.transitions$.subscribe(() => (changes += 1));
  const stop = new AbortController();
  const changing = change(engine, ids, stop.signal);
  const begin = performance.now();
  let clicks = 0;
  while (performance.now() - begin < SECONDS * 1_000) {
    await page.locator(`[data-count="${clicks % 2 === 0 ? 'Running' : 'Suspended'}"]`).click();
    clicks += 1;
    await pause(400);
  }
  const seconds = (performance.now() - begin) / 1_000;
  stop.abort();
  await changing;
  counted.unsubscribe();
  const slow = (await slowClicks(page)).sort((a, b) => a - b);
  await page.close();
  // Clicks that are not among the slow ones took less than 16 ms.
  const median = slow.length * 2 < clicks ? 'under 16' : String(slow[slow.length - Math.ceil(clicks / 2)]);
  const worst = slow.at(-1) ?? 16;
  const over = slow.filter((duration) => duration > LIMIT_MS).length;
  return [
    `${String(JOBS)} jobs, ${(changes / seconds).toFixed(0)} changes a second: from a click to the screen median ${median} ms, at most ${String(worst)} ms; ` +
      `${String(over)} of ${String(clicks)} clicks over ${String(LIMIT_MS)} ms`,
  ];
}

async function crowd(engine: Engine): Promise<string[]> {
  const ids: string[] = [];
  const one = async (number: number): Promise<void> => {
    const labels = { drmaa2_jobsession: 'crowd', 'docker-tracker.job-name': `job-${String(number)}` };
    const { Id } = await engine.containers.create({ Image: 'busybox:latest', Cmd: ['sleep', '600'], Labels: labels });
    await engine.containers.start(Id);
    ids.push(Id);
  };
  for (let number = 0; number < JOBS; number += 40)
    await Promise.all(Array.from({ length: 40 }, (_, index) => one(number + index)));
  return ids;
}

/** Pauses and unpauses jobs, one after the other over all of them, at a steady pace. */
async function change(engine: Engine, ids: readonly string[], signal: AbortSignal): Promise<void> {
  const paused = new Set<string>();
  let next = 0;
  for (let stroke = 0; !signal.aborted; stroke += 1) {
    const due = performance.now() + 1_000 / STROKES;
    const some = Array.from({ length: A_SECOND / STROKES }, () => ids[next++ % ids.length] ?? '');
    await Promise.all(
      some.map((id) =>
        paused.delete(id) ? engine.containers.unpause(id) : (paused.add(id), engine.containers.pause(id)),
      ),
    );
    await pause(Math.max(0, due - performance.now()));
  }
}
