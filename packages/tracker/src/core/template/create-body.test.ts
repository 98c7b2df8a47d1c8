import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTemplateLabel } from '../label/template-label.js';
import { ATTRIBUTE_SUPPORT } from './attribute-support.js';
import { ATTRIBUTE_KINDS, ATTRIBUTE_NAMES } from './attribute-value.js';
import { createBody, type CreateBodyContext } from './create-body.js';

const job: JobTemplate = { jobCategory: 'busybox', remoteCommand: '/bin/sleep' };
const context: CreateBodyContext = { session: 's', workingDirectoryOfProcess: '/home/me' };

function refusal(run: () => unknown): Drmaa2Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Drmaa2Error) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('createBody', () => {
  it('says no more than the template does', () => {
    const { Labels, ...body } = createBody(job, context);
    expect(body).toEqual({ Image: 'busybox', Cmd: ['/bin/sleep'], StopSignal: 'SIGTERM', HostConfig: {} });
    expect(Object.keys(Labels ?? {})).toEqual(['drmaa2_jobsession', 'drmaa2jobtemplate']);
  });
  it.each<[string, JobTemplate, object, object]>([
    ['entrypoint', { extensionList: { entrypoint: ' sh   -c ' } }, { Entrypoint: ['sh', '-c'] }, {}],
    [
      'gpus',
      { extensionList: { gpus: 'all' } },
      {},
      { DeviceRequests: [{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] }] },
    ],
    ['stop-signal', { extensionList: { 'stop-signal': 'SIGINT' } }, { StopSignal: 'SIGINT' }, {}],
    ['stop-timeout', { extensionList: { 'stop-timeout': '0' } }, { StopTimeout: 0 }, {}],
    ['flags that are off', { extensionList: { rm: 'FALSE', privileged: 'False' } }, {}, {}],
    [
      'retries',
      { extensionList: { restart: 'on-failure:3' } },
      {},
      { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
    ],
    [
      'rm beside restart=no',
      { extensionList: { rm: 'TRUE', restart: 'no' } },
      {},
      { AutoRemove: true, RestartPolicy: { Name: 'no' } },
    ],
    ['stage-in from above', { stageInFiles: { '../a/./b': '/x:ro' } }, {}, { Binds: ['/home/a/b:/x:ro'] }],
    ['an absolute stage-in', { stageInFiles: { '/etc//hosts': '/x' } }, {}, { Binds: ['/etc/hosts:/x'] }],
    ['an unknown extension', { extensionList: { some: 'extension' } }, {}, {}],
    [
      'unset attributes of the Go binding',
      { minSlots: 0, email: [], submitAsHold: false, startTime: '0001-01-01T00:00:00Z' },
      {},
      {},
    ],
    ['attributes that ask for nothing', { reRunnable: true, minSlots: 2 }, {}, {}],
  ])('maps %s', (_, more, config, host) => {
    const body = createBody({ ...job, ...more }, context);
    expect(body).toMatchObject(config);
    expect(body.HostConfig).toEqual(host);
  });
  it('takes the stop signal of the image where the template names none', () => {
    expect(createBody(job, { ...context, imageStopSignal: 'SIGQUIT' }).StopSignal).toBe('SIGQUIT');
  });
  it('takes the default network where the template names none', () => {
    const withDefault = { ...context, defaultNetwork: 'none' };
    expect(createBody(job, withDefault).HostConfig?.NetworkMode).toBe('none');
    expect(createBody({ ...job, extensionList: { net: 'host' } }, withDefault).HostConfig?.NetworkMode).toBe('host');
  });
  it('adds variables of its own to environment and label, and leaves the template alone', () => {
    const template = Object.freeze({ ...job, jobEnvironment: Object.freeze({ B: '1', TASK_ID: 'mine' }) });
    const body = createBody(template, { ...context, environment: { TASK_ID: '7' } });
    expect(body.Env).toEqual(['B=1', 'TASK_ID=7']);
    expect(decodeTemplateLabel(body.Labels?.drmaa2jobtemplate ?? '').jobEnvironment).toEqual({
      B: '1',
      TASK_ID: '7',
    });
  });
  it('adds labels, of which none replaces its own', () => {
    const labels = { drmaa2_arraykey: 'k', drmaa2_jobsession: 'other' };
    const body = createBody({ ...job, jobName: 'my.job' }, { ...context, labels });
    expect(body.Labels).toMatchObject({ drmaa2_arraykey: 'k', drmaa2_jobsession: 's', drmaa2_jobname: 'my.job' });
  });
  it('leaves environment values out of a redacted label only', () => {
    const body = createBody({ ...job, jobEnvironment: { SECRET: 'x' } }, { ...context, templateLabel: 'redacted' });
    expect(body.Env).toEqual(['SECRET=x']);
    expect(decodeTemplateLabel(body.Labels?.drmaa2jobtemplate ?? '').jobEnvironment).toEqual({ SECRET: '' });
  });
  it("runs the image's own command on request", () => {
    const body = createBody({ jobCategory: 'busybox', extensionList: { 'image-command': 'True' } }, context);
    expect(body).not.toHaveProperty('Cmd');
  });
  it('refuses unknown extensions when strict', () => {
    const strict = { ...context, strictExtensions: true };
    const error = refusal(() => createBody({ ...job, extensionList: { usr: 'x' } }, strict));
    expect(error.code).toBe('UnsupportedAttribute');
    expect(error.message).toContain('extension "usr" is unknown; known: user exposedPorts ');
  });
  it('refuses rm together with a restart policy, since no engine removes what it restarts', () => {
    const error = refusal(() => createBody({ ...job, extensionList: { rm: 'true', restart: 'always' } }, context));
    expect(error.code).toBe('InvalidArgument');
  });
  it.each<[string, object]>([
    ['remoteCommand', { remoteCommand: '' }],
    ['remoteCommand', { remoteCommand: undefined }],
    ['remoteCommand', { extensionList: { 'image-command': 'true' } }],
    ['args', { remoteCommand: '', args: ['x'], extensionList: { 'image-command': 'true' } }],
    ['args', { args: 'x' }],
    ['args[1]', { args: ['x', 1] }],
    ['args', { args: ['\0'] }],
    ['jobCategory', { jobCategory: 'a b' }],
    ['jobCategory', { jobCategory: 7 }],
    ['jobCategory', { jobCategory: '../json' }],
    ['jobCategory', { jobCategory: 'a//b' }],
    ['jobCategory', { jobCategory: '/a' }],
    ['jobName', { jobName: 'a\nb' }],
    ['jobName', { jobName: 'x'.repeat(201) }],
    ['candidateMachines', { candidateMachines: ['a', 'b'] }],
    ['candidateMachines[0]', { candidateMachines: ['a b'] }],
    ['candidateMachines[0]', { candidateMachines: ['h'], extensionList: { uts: 'host' } }],
    ['workingDirectory', { workingDirectory: 'here' }],
    ['jobEnvironment', { jobEnvironment: { '': 'x' } }],
    ['jobEnvironment', { jobEnvironment: { 'a=b': 'x' } }],
    ['jobEnvironment', { jobEnvironment: { 'a\0': 'x' } }],
    ['jobEnvironment', { jobEnvironment: { a: '\0' } }],
    ['jobEnvironment', { jobEnvironment: ['a=b'] }],
    ['jobEnvironment["a"]', { jobEnvironment: { a: 1 } }],
    ['stageInFiles["a"]', { stageInFiles: { a: 'inner' } }],
    ['stageInFiles["a"]', { stageInFiles: { a: '/' } }],
    ['stageInFiles["a"]', { stageInFiles: { a: '/x:rx' } }],
    ['stageInFiles["b"]', { stageInFiles: { a: '/x', b: '/x/' } }],
    ['stageInFiles key', { stageInFiles: { 'a:b': '/x' } }],
    ['stageInFiles key', { stageInFiles: { '': '/x' } }],
    ['minSlots', { minSlots: -1 }],
    ['minSlots', { minSlots: 1.5 }],
    ['maxSlots', { minSlots: 3, maxSlots: 2 }],
    ['startTime', { startTime: 'tomorrow' }],
    ['attribute "jobEnviroment"', { jobEnviroment: {} }],
    ['attribute "extension"', { extension: { extensionList: {} } }],
    ['extension rm', { extensionList: { rm: 'yes' } }],
    ['extensionList', { extensionList: null }],
  ])('refuses a bad %s: %j', (named, more) => {
    const error = refusal(() => createBody({ ...job, ...more }, context));
    expect(error.code).toBe('InvalidArgument');
    expect(error.message.startsWith(named)).toBe(true);
  });
  it('refuses a session and a directory that cannot be meant', () => {
    expect(refusal(() => createBody(job, { ...context, session: 'a\0' })).message).toContain('session is "a\\u0000"');
    expect(refusal(() => createBody(job, { ...context, workingDirectoryOfProcess: 'x' })).code).toBe('InvalidArgument');
  });
  it('never shows the value of a variable', () => {
    const error = refusal(() => createBody({ ...job, jobEnvironment: { KEY: 'hunter2\0' } }, context));
    expect(error.message).not.toContain('hunter2');
  });
  it('refuses what it does not carry out, and says why', () => {
    const samples = { text: 'x', flag: true, integer: 1, time: new Date(0), list: ['x'], map: { a: 'b' } };
    const refused = ATTRIBUTE_NAMES.filter((name) => ['refused', 'notified'].includes(ATTRIBUTE_SUPPORT[name][0]));
    expect(refused).toHaveLength(4);
    for (const name of refused) {
      const error = refusal(() => createBody({ ...job, [name]: samples[ATTRIBUTE_KINDS[name]] }, context));
      expect(error.code).toBe('UnsupportedAttribute');
      expect(error.message.startsWith(`${name} is not supported`)).toBe(true);
    }
  });
  it('throws nothing but Drmaa2Error, whatever the template', () => {
    const field = fc.oneof(fc.anything(), fc.string(), fc.dictionary(fc.string(), fc.string()), fc.array(fc.string()));
    const key = fc.oneof(fc.constantFrom<string>(...ATTRIBUTE_NAMES), fc.string());
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(key, field)), fc.boolean(), (template, complete) => {
        try {
          // a hostile caller is not held by types
          createBody((complete ? { ...job, ...(template as object) } : template) as JobTemplate, context);
        } catch (error) {
          expect(error).toBeInstanceOf(Drmaa2Error);
        }
      }),
      { numRuns: 500 },
    );
  });
});
