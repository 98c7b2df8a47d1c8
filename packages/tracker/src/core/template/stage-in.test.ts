import { describe, expect, it } from 'vitest';
import { bindMounts } from './bind-mounts.js';
import { checkStageInFiles, stagedFiles } from './stage-in.js';

describe('stagedFiles', () => {
  it.each([
    [{ './outer': '/inner' }, { kind: 'bind', source: '/w/outer', path: '/inner' }],
    [{ a: '/b:ro,z' }, { kind: 'bind', source: '/w/a', path: '/b', modes: 'ro,z' }],
    [{ '../a': 'ro:/b' }, { kind: 'bind', source: '/a', path: '/b', modes: 'ro' }],
    [{ data: 'volume:/b:ro' }, { kind: 'volume', source: 'data', path: '/b', modes: 'ro' }],
    [{ 'a:b': 'copy:/c:d' }, { kind: 'copy', source: '/w/a:b', path: '/c:d' }],
  ])('reads %j', (files, staged) => {
    checkStageInFiles(files);
    expect(stagedFiles(files, '/w')).toEqual([staged]);
  });

  it('mounts all but copies', () => {
    const files = { a: '/a', b: 'ro:/b', c: 'copy:/c', dd: 'volume:/d' };
    expect(bindMounts(files, '/w')).toEqual(['/w/a:/a', '/w/b:/b:ro', 'dd:/d']);
  });
});

describe('checkStageInFiles', () => {
  it.each([
    [{ a: 'copy:b' }],
    [{ a: 'copy:/' }],
    [{ a: 'rw:/b' }],
    [{ a: 'ro:/b:z' }],
    [{ a: '/b:nonsense' }],
    [{ 'a/b': 'volume:/c' }],
    [{ 'a:b': 'ro:/c' }],
    [{ '': 'copy:/c' }],
    [{ a: 'copy:/c', b: '/c/' }],
  ])('refuses %j', (files) => {
    expect(() => {
      checkStageInFiles(files);
    }).toThrow(/stageInFiles/);
  });
});
