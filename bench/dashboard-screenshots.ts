import { fileURLToPath } from 'node:url';
import { Engine } from '@docker-tracker/engine-client';
import { DockerMonitor } from '@docker-tracker/monitor';
import { DashboardServer } from '@docker-tracker/monitor/dashboard';
import { launchChromium } from '@docker-tracker/test/chromium';
import { DockerTracker } from '@docker-tracker/tracker';
import type { Browser, Page } from 'playwright-core';
import { submitShownJobs } from './dashboard/shown-jobs.js';

// Pictures of the dashboard with real jobs, for the documentation.

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const DESKTOP = { width: 1360, height: 860 };
const PHONE = { width: 390, height: 844 };

await using engine = await Engine.connect();
const open = (session: string): Promise<DockerTracker> => DockerTracker.open({ session, engine, network: 'none' });
const [nightly, render, training] = [await open('nightly'), await open('render'), await open('training')];
const trackers = [nightly, render, training];
try {
  await using monitor = await DockerMonitor.open({ engine });
  await using server = await DashboardServer.listen({ monitor, control: true });
  const browser = await launchChromium();
  try {
    // Open from the beginning, so that there is a history of the load.
    const light = await pageOf(browser, 'light', DESKTOP, server.url);
    const shown = await submitShownJobs({ nightly, render, training });
    await light.getByRole('button', { name: 'State', exact: true }).click();
    await picture(light, 'dashboard-light.png');

    const dark = await pageOf(browser, 'dark', { ...DESKTOP, height: 1_100 }, server.url);
    await dark.getByRole('button', { name: 'Timeline' }).click();
    await dark.getByRole('button', { name: '1 min', exact: true }).click();
    await dark.locator('.bar').first().waitFor();
    await picture(dark, 'dashboard-dark.png');

    await picture(await pageOf(browser, 'light', PHONE, server.url), 'dashboard-phone.png');

    await light.evaluate(`location.hash = '#/jobs/${shown}'`);
    await light.locator('.chart canvas').first().waitFor();
    // A chart needs some samples.
    await new Promise((resolve) => setTimeout(resolve, 25_000));
    await picture(light, 'dashboard-job.png');
    console.log(`${String(monitor.snapshot().size)} jobs; pictures in ${DOCS}`);
  } finally {
    await browser.close();
  }
} finally {
  for (const tracker of trackers) {
    const ids = tracker.listJobs();
    await Promise.allSettled(ids.map((id) => tracker.jobControl(id, 'terminate')));
    await Promise.allSettled(ids.map((id) => tracker.deleteJob(id)));
    await tracker.close();
  }
}

async function pageOf(
  browser: Browser,
  colorScheme: 'light' | 'dark',
  viewport: { width: number; height: number },
  url: string,
): Promise<Page> {
  const page = await browser.newPage({ colorScheme, viewport, deviceScaleFactor: 1.5 });
  await page.goto(url);
  await page.locator('[data-freshness="live"]').waitFor();
  return page;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${DOCS}${name}` });
}
