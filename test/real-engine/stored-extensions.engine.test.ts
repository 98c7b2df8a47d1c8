import { listExtensions, type JobTemplate } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { createdBy } from './created-by.js';
import { EXTENSION_ROWS, type ExtensionRow } from './extension-rows.js';
import { IMAGE } from './rig.js';

const ROWS = Object.entries(EXTENSION_ROWS).flatMap(([key, rows]) =>
  (rows as readonly ExtensionRow[]).map(([value, read, expected, more]) => ({ key, value, read, expected, more })),
);

describe('what the engine stored of an extension', () => {
  it.each(ROWS)('$key=$value', async ({ key, value, read, expected, more }) => {
    const template: Partial<JobTemplate> = { ...more, extensionList: { [key]: value } };
    expect(read(await createdBy(template))).toEqual(expected);
  });

  it('is proved for each that listExtensions() names, pull apart, which is proved with a registry', () => {
    expect([...Object.keys(EXTENSION_ROWS), 'pull'].sort()).toEqual([...listExtensions()].sort());
  });

  it('is the stop signal SIGTERM, said outright, where neither template nor image names one', async () => {
    expect((await createdBy({})).Config.StopSignal).toBe('SIGTERM');
  });

  it('is the template, its unknown extensions included, in the label that the Go tracker reads', async () => {
    const { Config } = await createdBy({ extensionList: { some: 'extension' }, jobEnvironment: { k: 'v' } });
    const label = Config.Labels.drmaa2jobtemplate ?? '';
    expect(JSON.parse(Buffer.from(label, 'base64').toString())).toEqual({
      remoteCommand: 'true',
      jobEnvironment: { k: 'v' },
      jobCategory: IMAGE,
      startTime: '0001-01-01T00:00:00Z',
      deadlineTime: '0001-01-01T00:00:00Z',
      extension: { extensionList: { some: 'extension' } },
    });
  });
});
