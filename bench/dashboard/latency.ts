import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { Engine } from '@docker-tracker/engine-client';
import { DockerMonitor } from '@docker-tracker/monitor';
import { DashboardServer } from '@docker-tracker/monitor/dashboard';
import { DockerTracker } from '@docker-tracker/tracker';
import type { Browser } from 'playwright-core';
import { quantile } from '../report/quantiles.js';
import { rowChanges, watchRows } from './row-watcher.js';

const TRANSITIONS = 200;
const IMAGE = process.env.DOCKER_TRACKER_IMAGE ?? 'docker-tracker/busybox:test';

/** A real job is paused and unpaused: from the engine's own time of the event to the row, and the bytes that say so. */
export async function measureLatency(browser: Browser): Promise<string[]> {
  await using engine = await Engine.connect();
  const session = `bench-dashboard-${randomBytes(4).toString('hex')}`;
  await using tracker = await DockerTracker.open({ session, engine, network: 'none' });
  const id = await tracker.addJob({ jobCategory: IMAGE, remoteCommand: 'sleep', args: ['600'] });
  try {
    await using monitor = await DockerMonitor.open({ engine });
    await using server = await DashboardServer.listen({ monitor });
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.locator('#search').fill(session);
    await page.locator(`.line[data-job="${id}"]`).waitFor();
    await watchRows(page);
    const feed = countBytes(`${server.url}events`);
    await feed.begun;
    const told: number[] = [];
    const transitions = monitor.transitions$.subscribe(({ jobId, at }) => {
      if (jobId === id) told.push(Number(at / 1_000n) / 1_000);
    });
    const before = feed.bytes();
    for (let count = 0; count < TRANSITIONS; count += 1) {
      if (count % 2 === 0) await engine.containers.pause(id);
      else await engine.containers.unpause(id);
      const state = count % 2 === 0 ? 'Suspended' : 'Running';
      await page.locator(`.line[data-job="${id}"] [data-state="${state}"]`).waitFor();
      // Not faster than people look: each is a change of its own.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const bytes = feed.bytes() - before;
    feed.end();
    transitions.unsubscribe();
    // The first is the row as it stood.
    const shown = (await rowChanges(page)).filter((change) => change.id === id).slice(-told.length);
    await page.close();
    const delays = shown.map(({ atMs }, index) => atMs - (told[index] ?? Number.NaN));
    const at = (part: number): string => quantile(delays, part).toFixed(1);
    return [
      `from the engine's event to the row in the browser: median ${at(0.5)} ms, 95 % within ${at(0.95)} ms (${String(delays.length)} transitions)`,
      `feed: ${(bytes / told.length).toFixed(0)} bytes a transition, patches of machine and heartbeats included`,
    ];
  } finally {
    await tracker.jobControl(id, 'terminate');
    await tracker.deleteJob(id);
  }
}

/** Reads a feed beside the page and counts it. */
function countBytes(url: string): { readonly begun: Promise<void>; bytes(): number; end(): void } {
  let bytes = 0;
  let begin: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const request = get(url, (response) => {
    response.on('data', (piece: Buffer) => {
      bytes += piece.length;
      begin();
    });
    response.on('error', () => undefined);
  });
  return {
    begun,
    bytes: () => bytes,
    end: () => {
      request.destroy();
    },
  };
}
