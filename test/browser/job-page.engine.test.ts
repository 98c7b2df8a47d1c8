import { DockerMonitor } from '@docker-tracker/monitor';
import { DashboardServer } from '@docker-tracker/monitor/dashboard';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from '../real-engine/rig.js';
import { HAS_BROWSER, TestBrowser, WHERE_BROWSER } from './browser.js';
import { openOn, seesState, showsState } from './job-locators.js';

/** Writes `line 1`, `line 2` and so on, one at each SIGUSR1. */
const WRITES_WHEN_TOLD =
  'n=0; trap \'n=$((n + 1)); echo "line $n"\' USR1; echo ready; while :; do sleep 600 & wait $!; done';

/** A job that writes when it is told to. */
class Writer {
  static async run(rig: Rig): Promise<Writer> {
    const writer = new Writer(rig, await rig.tracker.addJob(rig.sh(WRITES_WHEN_TOLD)));
    await writer.#wrote('ready');
    return writer;
  }

  readonly id: string;
  readonly lines = ['ready'];
  readonly #rig: Rig;

  private constructor(rig: Rig, id: string) {
    this.#rig = rig;
    this.id = id;
  }

  /** Resolves once the engine's log has the next line: two signals at once would be one. */
  async write(): Promise<string> {
    const line = `line ${String(this.lines.length)}`;
    await this.#rig.engine.containers.kill(this.id, { signal: 'SIGUSR1' });
    await this.#wrote(line);
    this.lines.push(line);
    return line;
  }

  async #wrote(line: string): Promise<void> {
    for await (const { data } of this.#rig.tracker.output(this.id, { follow: true, tail: 1 })) {
      if (data.toString().includes(`${line}\n`)) return;
    }
    throw new Error(`the job ended before it wrote ${line}`);
  }
}

async function shows(page: Page, line: string): Promise<void> {
  await page.locator('[data-output]').getByText(line, { exact: true }).waitFor();
}

function linesOf(page: Page): Promise<readonly string[]> {
  return page.locator('[data-output] .output-line').filter({ hasText: /./ }).allTextContents();
}

/** What a browser does to the page of a tab that is left, or looked at again: a headless one shows all of them. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { value: ${String(hidden)}, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
}

describe.runIf(HAS_BROWSER)(`a job's page in a browser${WHERE_BROWSER}`, () => {
  let browser: TestBrowser;

  beforeAll(async () => {
    browser = await TestBrowser.launch();
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
  });

  it('goes on with the output after its server was away, with each line once', async () => {
    await using rig = await Rig.open();
    const writer = await Writer.run(rig);
    await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
    const first = await DashboardServer.listen({ monitor });
    const page = await browser.open(`${first.url}#/jobs/${writer.id}`);
    await shows(page, await writer.write());
    await first.close();
    await page.locator('[data-freshness="lost"]').waitFor();
    const missed = [await writer.write(), await writer.write()];
    await using second = await DashboardServer.listen({ monitor, port: Number(new URL(first.url).port) });
    expect(second.url).toBe(first.url);
    await page.locator('[data-freshness="live"]').waitFor();
    for (const line of missed) await shows(page, line);
    await shows(page, await writer.write());
    expect(await linesOf(page)).toEqual(writer.lines);
    expect(await page.locator('.ending').count()).toBe(0);
    await page.close();
  });

  it('holds no connection while it is hidden, and goes on when it is looked at again', async () => {
    await using rig = await Rig.open();
    const writer = await Writer.run(rig);
    await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
    await using server = await DashboardServer.listen({ monitor });
    const url = `${server.url}#/jobs/${writer.id}`;
    const page = await browser.open(url);
    await shows(page, 'ready');
    await page.locator('.usage .chart').first().waitFor();
    await setHidden(page, true);
    // Each takes three connections while it is looked at; a browser has six to a host.
    for (let others = 0; others < 3; others += 1) {
      const other = await page.context().newPage();
      await other.goto(url);
      await shows(other, 'ready');
      await other.locator('.usage .chart').first().waitFor();
      await setHidden(other, true);
    }
    const missed = await writer.write();
    await setHidden(page, false);
    await shows(page, missed);
    await shows(page, await writer.write());
    expect(await linesOf(page)).toEqual(writer.lines);
    await page.locator('[data-freshness="live"]').waitFor();
    await page.context().close();
  });

  it('names the task of an array that is to be controlled by its index', async () => {
    await using rig = await Rig.open();
    const template = rig.template(['sleep', '600'], { jobName: 'sums' });
    const arrayId = await rig.tracker.addArrayJob(template, { begin: 1, end: 2 });
    const [, second = ''] = rig.tracker.listArrayJobs(arrayId);
    await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
    await using server = await DashboardServer.listen({ monitor, control: true });
    const page = await openOn(browser, server.url, rig.session);
    await seesState(page, second, 'Running');
    await page.locator(`.line[data-job="${second}"]`).click();
    await showsState(page, 'Running');
    await page.locator('[data-action="terminate"]').click();
    expect(await page.locator('dialog h2').textContent()).toBe('Terminate sums #2?');
    await page.close();
  });
});
