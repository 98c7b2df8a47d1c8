import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeRig } from '../dashboard/fake-rig.js';
import { HAS_BROWSER, TestBrowser, WHERE_BROWSER } from './browser.js';
import { HOSTILE } from './hostile-texts.js';

describe.runIf(HAS_BROWSER)(`hostile jobs in a browser${WHERE_BROWSER}`, () => {
  let browser: TestBrowser;
  let rig: FakeRig;
  let page: Page;
  const ids: string[] = [];

  beforeAll(async () => {
    [browser, rig] = await Promise.all([TestBrowser.launch(), FakeRig.open({ control: true })]);
    for (const { name, output } of HOSTILE) {
      const id = await rig.job({
        jobName: name,
        args: [name],
        jobEnvironment: { NAME: name },
        extensionList: { [name]: name },
      });
      rig.fake.write(id, 'stdout', `${output}\n`);
      rig.fake.write(id, 'stderr', `last line\n`);
      ids.push(id);
    }
    page = await browser.open(rig.server.url, { height: 1_200 });
    page.on('dialog', (dialog) => {
      browser.complaints.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.locator(`.line[data-job="${ids[0] ?? ''}"]`).waitFor();
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await rig[Symbol.asyncDispose]();
  });

  it.each(HOSTILE.map(({ what, name }, index) => ({ what, name, index })))(
    'shows a $what as text',
    async ({ name, index }) => {
      const id = ids[index] ?? '';
      await page.evaluate("location.hash = '#/'");
      const shown = page.locator(`.line[data-job="${id}"] .job-name`);
      expect(await shown.textContent()).toBe(name);
      await shown.hover();
      await page.locator(`.line[data-job="${id}"]`).click();
      const output = page.locator('[data-output]');
      await output.getByText('last line').waitFor();
      expect(await output.textContent()).toContain(name);
      await page.locator('.fact-list').first().waitFor();
      await page.locator('[data-action="terminate"]').click();
      expect(await page.locator('dialog q').textContent()).toBe(name);
      await page.locator('dialog').getByRole('button', { name: 'Cancel' }).click();
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await foreign(page)).toBe(0);
    },
  );

  it('brings none of them to anything', async () => {
    expect(await page.evaluate('window.injected')).toBe(undefined);
    expect(await page.locator('body').isVisible()).toBe(true);
    expect(browser.complaints).toEqual([]);
  });
});

/** How many elements there are that the page itself never makes. */
function foreign(page: Page): Promise<number> {
  return page
    .locator(
      '#page :is(script, style, img, iframe, object, embed, form:not(dialog form), [onerror], [onload], [onfocus])',
    )
    .count();
}
