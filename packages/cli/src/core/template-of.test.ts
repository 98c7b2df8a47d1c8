import { describe, expect, it } from 'vitest';
import { TEMPLATE_OPTIONS } from './template-options.js';
import { templateOf, type TemplateSource } from './template-of.js';

const from = (source: Partial<TemplateSource>) =>
  templateOf({ options: {}, image: 'image', command: [], environment: {}, ...source });

describe('a template', () => {
  it('runs the command, or the own one of the image', () => {
    expect(from({ command: ['sh', '-c', 'exit 1'] })).toEqual({
      jobCategory: 'image',
      remoteCommand: 'sh',
      args: ['-c', 'exit 1'],
    });
    expect(from({})).toEqual({ jobCategory: 'image', extensionList: { 'image-command': 'true' } });
  });

  it('keeps what it was based on, and the flags go before that', () => {
    const base = {
      jobCategory: 'other',
      remoteCommand: 'true',
      jobName: 'base',
      extensionList: { net: 'none', rm: 'true' },
    };
    expect(from({ base, image: undefined, options: { name: 'flag', network: 'host' } })).toEqual({
      ...base,
      jobName: 'flag',
      extensionList: { net: 'host', rm: 'true' },
    });
  });

  it('takes variables from flags before those of files, and those before the base; what is not set here is left out', () => {
    const base = { jobEnvironment: { A: 'base', B: 'base', C: 'base' } };
    const options = { env: ['C=flag=1', 'HERE', 'ABSENT'], envFile: ['file'] };
    const environmentFiles = ['\uFEFF# none\n\n  B=file\r\nC=file\nHERE=file\n'];
    expect(from({ base, options, environmentFiles, environment: { HERE: 'here' } }).jobEnvironment).toEqual({
      A: 'base',
      B: 'file',
      C: 'flag=1',
      HERE: 'here',
    });
  });

  it('mounts paths and volumes as docker reads them', () => {
    const volume = ['/host:/data:ro', './here:/here', 'named:/named', '/anonymous'];
    expect(from({ options: { volume } })).toMatchObject({
      stageInFiles: { '/host': '/data:ro', './here': '/here', named: 'volume:/named' },
      extensionList: { mounts: 'type=volume,target=/anonymous' },
    });
  });

  it.each([
    [{ volume: ['/a:/b', '/a:/c'] }, /"\/a" is mounted twice/],
    [{ priority: 'high' }, /--priority <number>: "high" is no whole number/],
    [{ extension: ['novalue'] }, /"novalue" is no KEY=VALUE/],
    [{ env: ['=x'] }, /names no variable/],
  ])('is refused for %j', (options, message) => {
    expect(() => from({ options })).toThrow(message);
  });

  it('needs an image', () => {
    expect(() => from({ image: undefined })).toThrow(/no image is given/);
  });

  it('is made of flags that each have a name of their own', () => {
    const names = TEMPLATE_OPTIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('envFile');
  });
});
