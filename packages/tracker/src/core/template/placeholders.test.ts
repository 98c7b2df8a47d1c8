import type { JobTemplate } from '@docker-tracker/drmaa2';
import { describe, expect, it } from 'vitest';
import { replacePlaceholders } from './placeholders.js';

const values = { home: '/home/me', workingDirectory: '/srv/here', index: 7 };

describe('replacePlaceholders', () => {
  it('puts the folders at the beginning and the index anywhere', () => {
    const template = {
      inputPath: '$DRMAA2_HOME_DIR$/in',
      outputPath: '$DRMAA2_WORKING_DIR$/$DRMAA2_INDEX$/out.$DRMAA2_INDEX$',
      errorPath: 'plain',
    };
    expect(replacePlaceholders(template, values)).toEqual({
      inputPath: '/home/me/in',
      outputPath: '/srv/here/7/out.7',
      errorPath: 'plain',
    });
  });
  it('gives back the very template where there is nothing to replace', () => {
    const template = { args: ['$DRMAA2_INDEX$'], outputPath: 'x' };
    expect(replacePlaceholders(template, values)).toBe(template);
  });
  it.each([null, undefined, 7, { outputPath: 7 }])('leaves %j for others to refuse', (given) => {
    expect(replacePlaceholders(given as unknown as JobTemplate, values)).toBe(given);
  });
});
