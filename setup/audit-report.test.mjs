import { describe, expect, it } from 'vitest';
import { auditReport } from './audit-report.mjs';

const metadata = { totalDependencies: 7 };

describe('the report of an audit', () => {
  it('is clean where no advisory is known', () => {
    expect(auditReport(JSON.stringify({ advisories: {}, metadata }))).toEqual({
      lines: ['no advisory is known for the 7 packages of pnpm-lock.yaml'],
      exitCode: 0,
    });
  });

  it('names each package, its versions, what is wrong and where it is mended', () => {
    const advisory = {
      module_name: 'left',
      severity: 'high',
      title: 'Pads\nthe wrong \u001b[2J side',
      url: 'https://example.com/GHSA-1',
      vulnerable_versions: '<2.0.0',
      patched_versions: '>=2.0.0',
      findings: [{ version: '1.0.0', paths: ['.>left'] }],
    };
    const { url, ...unmended } = { ...advisory, module_name: 'right', patched_versions: '<0.0.0' };
    expect(url).toBe(advisory.url);
    expect(auditReport(JSON.stringify({ advisories: { 1: advisory, 2: unmended }, metadata }))).toEqual({
      lines: [
        'high: left 1.0.0 (<2.0.0): Pads the wrong ?[2J side; mended in >=2.0.0 https://example.com/GHSA-1',
        'high: right 1.0.0 (<2.0.0): Pads the wrong ?[2J side; no version mends it',
        '2 advisories are known for the 7 packages of pnpm-lock.yaml',
      ],
      exitCode: 1,
    });
  });

  it('counts one advisory as one', () => {
    const advisories = { 1: { module_name: 'left', severity: 'low', title: 'Pads the wrong side' } };
    expect(auditReport(JSON.stringify({ advisories, metadata })).lines.at(-1)).toBe(
      '1 advisory is known for the 7 packages of pnpm-lock.yaml',
    );
  });

  it.each([
    [
      'refuses',
      JSON.stringify({ error: { code: 'ERR_PNPM_AUDIT_BAD_RESPONSE', message: 'responded\nwith 405' } }),
      'responded with 405',
    ],
    ['says nothing', '', 'nothing was printed'],
    ['speaks otherwise', '<html>', '<html>'],
    ['leaves out what it counted', '{"advisories":{}}', '{"advisories":{}}'],
    ['has an error that is nothing', '{"error":null}', '{"error":null}'],
    [
      'has nothing for advisories',
      '{"advisories":null,"metadata":{"totalDependencies":7}}',
      '{"advisories":null,"metadata":{"totalDependencies":7}}',
    ],
  ])('is in one line, and no clean bill, where the registry %s', (_how, output, words) => {
    expect(auditReport(output)).toEqual({ lines: [`not checked, the registry did not answer: ${words}`], exitCode: 3 });
  });
});
