import { setTimeout as pause } from 'node:timers/promises';
import { Engine } from '@docker-tracker/engine-client';
import { DockerMonitor } from '@docker-tracker/monitor';
import { DashboardServer } from '@docker-tracker/monitor/dashboard';
import { FakeEngine } from '@docker-tracker/test/fake-engine';
import type { Browser, Page } from 'playwright-core';
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
  const ids = await crowd(fake);
  await using monitor = await DockerMonitor.open({ engine });
  await using server = await DashboardServer.listen({ monitor });
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.getByText(`${String(JOBS)} shown`).waitFor();
  await watchClicks(page);
  const at = [await middleOf(page, 'Running'), await middleOf(page, 'Suspended')] as const;
  let changes = 0;
  const counted = monitor.transitions$.subscribe(() => (changes += 1));
  const stop = new AbortController();
  const changing = change(fake, ids, stop.signal);
  const begin = performance.now();
  let clicks = 0;
  while (performance.now() - begin < SECONDS * 1_000) {
    // Playwright itself waits until things stand still, which they do not here.
    await page.mouse.click(at[clicks % 2 === 0 ? 0 : 1].x, at[clicks % 2 === 0 ? 0 : 1].y);
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

/** Running jobs, made within the fake: 20,000 requests would only measure its HTTP. */
async function crowd({ jobs }: FakeEngine): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < JOBS; number += 1) {
    const id = await jobs.create({
      name: `job-${String(number)}`,
      Image: 'busybox:latest',
      Cmd: ['sleep', '600'],
      Labels: { drmaa2_jobsession: `crowd-${String(number % 4)}` },
    });
    await jobs.start(id);
    ids.push(id);
  }
  return ids;
}

/** Pauses and unpauses jobs, one after the other over all of them, at a steady pace. */
async function change({ jobs }: FakeEngine, ids: readonly string[], signal: AbortSignal): Promise<void> {
  const paused = new Set<string>();
  const begin = performance.now();
  for (let next = 0; !signal.aborted;) {
    const due = Math.floor(((performance.now() - begin) / 1_000) * A_SECOND);
    for (; next < due; next += 1) {
      const id = ids[next % ids.length] ?? '';
      if (paused.delete(id)) void jobs.unpause(id);
      else {
        paused.add(id);
        void jobs.pause(id);
      }
    }
    await pause(1_000 / STROKES);
  }
}

async function middleOf(page: Page, state: string): Promise<{ readonly x: number; readonly y: number }> {
  const box = await page.locator(`[data-count="${state}"]`).boundingBox();
  if (!box) throw new Error(`the page has no count of ${state}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
