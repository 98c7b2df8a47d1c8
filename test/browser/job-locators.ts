import type { Locator, Page } from 'playwright-core';
import type { TestBrowser } from './browser.js';

/** Opens the dashboard on the jobs of one session: others may be on the engine, too. */
export async function openOn(browser: TestBrowser, url: string, session: string): Promise<Page> {
  const page = await browser.open(url);
  await page.locator('#search').fill(session);
  await page.locator('#search').blur();
  return page;
}

/** The line of a job in the table. */
export function lineOf(page: Page, id: string): Locator {
  return page.locator(`.line[data-job="${id}"]`);
}

/** Resolves once the job's line shows that state. */
export async function seesState(page: Page, id: string, state: string): Promise<void> {
  await lineOf(page, id).locator(`[data-state="${state}"]`).waitFor();
}

/** Resolves once the job's own page shows that state. */
export async function showsState(page: Page, state: string): Promise<void> {
  await page.locator(`.heading [data-state="${state}"]`).waitFor();
}

/** Presses a control of the job's page, and confirms it. */
export async function control(page: Page, action: string): Promise<void> {
  await page.locator(`[data-action="${action}"]`).click();
  await page.locator(`[data-confirm="${action}"]`).click();
}
