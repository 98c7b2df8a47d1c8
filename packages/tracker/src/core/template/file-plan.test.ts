import { describe, expect, it } from 'vitest';
import { checkStageOutFiles, decodeFilePlan, encodeFilePlan, filePlan } from './file-plan.js';

const job = { jobCategory: 'busybox', remoteCommand: 'true' };
const PLAIN = { output: { joined: false }, stageOut: [], removeAfter: false };

describe('filePlan', () => {
  it.each([
    ['nothing', {}, PLAIN],
    ['/dev/null as input', { inputPath: '/dev/null' }, PLAIN],
    ['a relative input', { inputPath: 'in' }, { ...PLAIN, input: '/w/in' }],
    ['rm alone, which is the engine’s to do', { extensionList: { rm: 'true' } }, PLAIN],
    [
      'rm with something to copy before',
      { stageOutFiles: { '/tmp/./a': 'b' }, extensionList: { rm: 'true' } },
      { ...PLAIN, stageOut: [{ source: '/tmp/a', target: '/w/b' }], removeAfter: true },
    ],
  ])('plans %s', (_what, more, plan) => {
    expect(filePlan({ ...job, ...more }, '/w')).toEqual(plan);
  });
});

describe('the label of a file plan', () => {
  it('survives its round trip, and is left out where there is nothing to complete', () => {
    const plan = filePlan({ ...job, outputPath: 'o', stageOutFiles: { '/a': '/b' } }, '/w');
    expect(decodeFilePlan(encodeFilePlan(plan))).toEqual(plan);
    expect(encodeFilePlan(filePlan({ ...job, inputPath: 'i' }, '/w'))).toBeUndefined();
  });

  it.each([undefined, '', '{', 'null', '[]', '{"output":{"joined":true,"stdout":"relative"},"stageOut":[]}'])(
    'is none that can be read: %s',
    (label) => {
      expect(decodeFilePlan(label)).toBeUndefined();
    },
  );
});

describe('checkStageOutFiles', () => {
  it.each([
    [{ 'tmp/a': '/b' }, /key is "tmp\/a"/],
    [{ '/': '/b' }, /key is "\/"/],
    [{ '/a': '' }, /stageOutFiles\["\/a"\] is ""/],
    [{ '/a': '/..' }, /is "\/\.\."/],
    [{ '/a': '/b', '/c': '/b/' }, /"\/a" goes there/],
  ])('refuses %j', (files, message) => {
    expect(() => {
      checkStageOutFiles(files);
    }).toThrow(message);
  });
});
