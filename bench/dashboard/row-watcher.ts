import type { Page } from 'playwright-core';

/** When the page showed a job's row in a state; milliseconds since 1970, the browser's clock, which is this host's. */
export interface RowChange {
  readonly id: string;
  readonly state: string;
  readonly atMs: number;
}

/** Notes, within the page, each change of a row's state as it is written into the document. */
export async function watchRows(page: Page): Promise<void> {
  await page.evaluate(`
    window.rowChanges = [];
    const states = new Map();
    new MutationObserver(() => {
      const atMs = performance.timeOrigin + performance.now();
      for (const line of document.querySelectorAll('.line')) {
        const id = line.dataset.job;
        const state = line.querySelector('[data-state]').dataset.state;
        if (states.get(id) === state) continue;
        states.set(id, state);
        window.rowChanges.push({ id, state, atMs });
      }
    }).observe(document.querySelector('#page'), { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] });
  `);
}

export function rowChanges(page: Page): Promise<RowChange[]> {
  return page.evaluate('window.rowChanges');
}

/** Notes how long the browser took from each click to the next frame on the screen. */
export async function watchClicks(page: Page): Promise<void> {
  await page.evaluate(`
    window.clicks = [];
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'click') window.clicks.push(duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: false });
  `);
}

/** Milliseconds, rounded to 8 by the browser; clicks under 16 are not among them. */
export function slowClicks(page: Page): Promise<number[]> {
  return page.evaluate('window.clicks');
}
