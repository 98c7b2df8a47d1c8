import { describe, expect, it } from 'vitest';
import { compatibilityPage } from './compatibility-page.mjs';

/** @param {string} title @param {string} [message] it failed with this */
function test(title, message) {
  const status = message === undefined ? 'passed' : 'failed';
  return { titles: ['contract: real engine', 'signals', title], status, message: message ?? '' };
}

/** @param {string} title */
function fakeTest(title) {
  return { titles: ['contract: fake engine 26.1', 'signals', title], status: 'passed', message: '' };
}

const docker = { title: 'Docker 26.1.5', suite: 'trixie', api: '1.45', fake: '26.1', main: [test('runs')] };
const podman = { title: 'podman 5.4.2', suite: 'trixie', api: '1.41', fake: undefined, main: [] };

describe('the page of compatibility', () => {
  it('counts what passed beside the fake, and lists what an engine does otherwise', () => {
    const failed = test('pauses', 'AssertionError: expected 500 to be 409 // Object.is equality\nat file:1');
    const faked = [fakeTest('pauses'), fakeTest('kills')];
    const { page, lines, isSame } = compatibilityPage(faked, [
      { ...docker, contract: [test('pauses'), test('kills')] },
      { ...podman, contract: [failed, test('kills')] },
    ]);
    expect(isSame).toBe(true);
    expect(page).toContain('| Docker 26.1.5 | 1.45 | trixie | 2 of 2 | 2 of 2 | 1 of 1 |');
    expect(page).toContain('| podman 5.4.2 | 1.41 | trixie | 1 of 2 | – | not run |');
    expect(page).toContain('| signals: pauses | expected 500 to be 409 |');
    expect(page).not.toContain('What Docker 26.1.5 does otherwise');
    expect(lines).toEqual([
      'Docker 26.1.5: contract 2 of 2, its fake 2 of 2, tracker 1 of 1',
      'podman 5.4.2: contract 1 of 2',
    ]);
  });

  it.each([
    ['a Docker fails', { contract: [test('pauses', 'Error: no')] }],
    ['a test of the tracker fails', { contract: [test('pauses')], main: [test('runs', 'Error: no')] }],
    ['the fake has another number of tests', { contract: [test('pauses'), test('kills')] }],
    ['a test is skipped', { contract: [{ ...test('pauses'), status: 'skipped' }] }],
  ])('is not the same where %s', (_, outcome) => {
    expect(compatibilityPage([fakeTest('pauses')], [{ ...docker, ...outcome }]).isSame).toBe(false);
  });
});
