import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import { findChromium } from '../../setup/chromium.mjs';
import { launchChromium } from './chromium.js';

/** Undefined where no Chromium can be had: then no test runs in a browser, and continuous integration fails. */
const found = await findChromium().catch((error: unknown) => {
  if (error instanceof Error && error.name === 'Refusal') return undefined;
  throw error;
});

export const HAS_BROWSER = found !== undefined;

/** For the titles of tests in a browser. */
export const WHERE_BROWSER = HAS_BROWSER ? '' : ' (not run: there is no Chromium here)';

/** Nothing on a page takes longer than this, also on a machine that has other things to do. */
const PATIENCE_MS = 20_000;

/** A headless Chromium with a profile of its own, and what its pages complained about. */
export class TestBrowser implements AsyncDisposable {
  /** What any page logged as an error, or did not catch. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;

  static async launch(): Promise<TestBrowser> {
    if (!found) throw new Error('there is no Chromium here');
    const browser = await launchChromium(found, {
      timeout: 60_000,
      // The runner ends its own processes; these handlers would be the test process's.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    return new TestBrowser(browser);
  }

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  async open(url: string, { width = 1280, height = 800, dark = false } = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      deviceScaleFactor: 1,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
