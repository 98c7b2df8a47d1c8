import { describe, expect, it } from 'vitest';
import { readPage } from './page-document.js';

describe('readPage', () => {
  it('says of a page that is missing what an installed package can do about it', async () => {
    await expect(readPage(new URL('file:///nowhere/index.html'))).rejects.toMatchObject({
      code: 'Internal',
      message: expect.stringMatching(/missing from @docker-tracker\/monitor: install the package again/),
    });
  });
});
