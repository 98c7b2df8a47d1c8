import { describe, expect, it } from 'vitest';
import { complete, type CompletedCommand, type CompletedOption } from './completion.js';

const option = (spelling: string, takesValue = false): CompletedOption => ({
  spellings: [spelling],
  summary: '',
  takesValue,
});
const command = (
  name: string,
  words: CompletedCommand['words'],
  options: readonly CompletedOption[] = [],
): CompletedCommand => ({
  name,
  summary: `does ${name}`,
  options,
  words,
});
const program = command('program', 'commands', [option('--session', true), option('--json')]);
const commands = [
  command('run', 'image', [option('--pull', true), option('--rm'), option('--template', true)]),
  command('rm', 'jobs', [option('--force')]),
  command('wait', 'jobs'),
];
const completed = (...words: readonly string[]) =>
  complete(words, program, commands, { '--pull': ['never', 'missing'], '--template': 'files' });
const values = (...words: readonly string[]) => {
  const completion = completed(...words);
  return completion.of === 'candidates' ? completion.candidates.map(({ value }) => value) : completion.of;
};

describe('completion', () => {
  it('offers commands, also behind the flags of the program', () => {
    expect(values('')).toEqual(['run', 'rm', 'wait']);
    expect(values('--session', 'rm', 'r')).toEqual(['run', 'rm']);
    expect(completed('w')).toEqual({ of: 'candidates', candidates: [{ value: 'wait', describes: 'does wait' }] });
  });

  it('offers the flags of the command and of the program', () => {
    expect(values('rm', '--')).toEqual(['--force', '--session', '--json']);
    expect(values('run', '--p')).toEqual(['--pull']);
  });

  it('offers the values of a flag, and leaves files to the shell', () => {
    expect(values('run', '--pull', '')).toEqual(['never', 'missing']);
    expect(values('run', '--pull', 'm')).toEqual(['missing']);
    expect(values('run', '--template', './t')).toBe('files');
    expect(values('rm', '--session', '')).toEqual([]);
  });

  it('asks for the jobs that the command can do something to', () => {
    expect(completed('rm', '--force', 'ab')).toEqual({ of: 'jobs', states: ['Done', 'Failed'] });
    expect(completed('wait', 'one', '')).toEqual({ of: 'jobs', states: undefined });
  });

  it('asks for images, and leaves the command line of a job to the shell', () => {
    expect(values('run', '--rm', '')).toBe('images');
    expect(values('run', '--rm', 'image', '--p')).toBe('files');
  });

  it('offers nothing behind a command that is not there', () => {
    expect(values('nosuch', '')).toEqual([]);
  });
});
