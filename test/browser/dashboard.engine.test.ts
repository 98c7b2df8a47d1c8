import { DockerMonitor } from '@docker-tracker/monitor';
import { DashboardServer } from '@docker-tracker/monitor/dashboard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRIVATE_ENGINES, privateEngine, WHERE_PRIVATE } from '../real-engine/private-engines.js';
import { Rig } from '../real-engine/rig.js';
import { HAS_BROWSER, TestBrowser, WHERE_BROWSER } from './browser.js';
import { control, lineOf, openOn, seesState, showsState } from './job-locators.js';

const LIGHT_GROUND = 'rgb(245, 246, 248)';
const DARK_GROUND = 'rgb(14, 18, 24)';

describe.runIf(HAS_BROWSER)(`the dashboard in a browser, on a real engine${WHERE_BROWSER}`, () => {
  let browser: TestBrowser;

  beforeAll(async () => {
    browser = await TestBrowser.launch();
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
  });

  it('shows a job that is run, and suspends, resumes, terminates and deletes it', async () => {
    await using rig = await Rig.open();
    await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
    await using server = await DashboardServer.listen({ monitor, control: true });
    const page = await openOn(browser, server.url, rig.session);
    await page.locator('[data-freshness="live"]').waitFor();
    const id = await rig.waiter(7, { jobName: 'shown' });
    await seesState(page, id, 'Running');

    await lineOf(page, id).click();
    await page.locator('[data-output]').getByText('ready').waitFor();
    await control(page, 'suspend');
    await showsState(page, 'Suspended');
    expect((await rig.tracker.jobState(id)).state).toBe('Suspended');
    await control(page, 'resume');
    await showsState(page, 'Running');
    await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
    await showsState(page, 'Failed');
    await page.locator('[data-output]').getByText('bye').waitFor();
    await page.locator('[data-output]').getByText('end of output').waitFor();
    expect(await page.locator('[data-reason]').textContent()).toBe('Exited with status 7');
    await control(page, 'delete');
    await page.locator('[data-reason]').getByText('Removed').waitFor();
    expect(rig.tracker.listJobs()).toEqual([]);

    const other = await rig.sleeper();
    await page.keyboard.press('Escape');
    await lineOf(page, other).click();
    await control(page, 'terminate');
    await showsState(page, 'Failed');
    expect(await page.locator('[data-reason]').textContent()).toContain('SIGKILL');
    await page.close();
    expect(browser.complaints, 'of the page or its security policy').toEqual([]);
  });

  it('asks before it does anything, and does nothing for who cancels', async () => {
    await using rig = await Rig.open();
    await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
    await using server = await DashboardServer.listen({ monitor, control: true });
    const id = await rig.sleeper();
    const page = await openOn(browser, server.url, rig.session);
    await seesState(page, id, 'Running');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect((await rig.tracker.jobState(id)).state).toBe('Running');
    await page.close();
  });

  it('offers no control where it is read-only, nor without the token', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    for (const controlled of [false, true]) {
      await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
      await using server = await DashboardServer.listen({ monitor, control: controlled });
      const page = await browser.open(`${String(server.url.split('#')[0])}#/jobs/${id}`);
      await showsState(page, 'Running');
      expect(await page.locator('[data-action]').count()).toBe(0);
      await page.close();
    }
  });

  it('finds jobs by search and by state, and by keys alone', async () => {
    await using rig = await Rig.open();
    await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
    await using server = await DashboardServer.listen({ monitor });
    const needle = await rig.sleeper({ jobName: 'needle' });
    const hay = await rig.sleeper({ jobName: 'hay' });
    await rig.tracker.jobControl(hay, 'suspend');
    const page = await openOn(browser, server.url, rig.session);
    await seesState(page, hay, 'Suspended');
    await page.keyboard.press('/');
    await page.keyboard.type(' need');
    await lineOf(page, hay).waitFor({ state: 'detached' });
    expect(await lineOf(page, needle).count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.locator('#search').fill(rig.session);
    await page.locator('[data-count="Suspended"]').click();
    await lineOf(page, needle).waitFor({ state: 'detached' });
    expect(await lineOf(page, hay).count()).toBe(1);
    await page.locator('body').press('t');
    await page.locator('.lane .bar.state-Suspended').waitFor();
    await page.close();
  });

  it('is dark where the system is, unless somebody chooses', async () => {
    await using rig = await Rig.open();
    await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
    await using server = await DashboardServer.listen({ monitor });
    const page = await openOn(browser, server.url, rig.session);
    const shows = async (ground: string): Promise<void> => {
      await expect.poll(() => page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(ground);
    };
    await shows(LIGHT_GROUND);
    await page.emulateMedia({ colorScheme: 'dark' });
    await shows(DARK_GROUND);
    await page.locator('body').press('d');
    await shows(LIGHT_GROUND);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('body').press('d');
    await shows(DARK_GROUND);
    await page.close();
  });

  it.runIf(PRIVATE_ENGINES)(`says so when the daemon is killed, and heals${WHERE_PRIVATE}`, async () => {
    await using daemon = await privateEngine({ name: 'dashboard' });
    await using rig = await Rig.open({ host: daemon.host });
    await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
    await using server = await DashboardServer.listen({ monitor });
    const id = await rig.waiter(3);
    const page = await openOn(browser, server.url, rig.session);
    await seesState(page, id, 'Running');
    await daemon.kill();
    await page
      .locator('[data-freshness="stale"]')
      .getByText(/^stale since \d+ s, reconnecting$/)
      .waitFor();
    await page.getByRole('alert').getByText('The Docker Engine has not been reached').waitFor();
    await daemon.start();
    await page.locator('[data-freshness="live"]').waitFor();
    await seesState(page, id, 'Failed');
    await page.close();
  });

  it('says so when its own server is gone, and goes on when it is back', async () => {
    await using rig = await Rig.open();
    await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
    const first = await DashboardServer.listen({ monitor });
    const page = await openOn(browser, first.url, rig.session);
    await page.locator('[data-freshness="live"]').waitFor();
    await first.close();
    await page
      .locator('[data-freshness="lost"]')
      .getByText(/reconnecting/)
      .waitFor();
    const id = await rig.sleeper();
    await using second = await DashboardServer.listen({
      monitor,
      port: Number(new URL(first.url).port),
    });
    expect(second.url).toBe(first.url);
    await page.locator('[data-freshness="live"]').waitFor();
    await seesState(page, id, 'Running');
    await page.close();
  });
});
