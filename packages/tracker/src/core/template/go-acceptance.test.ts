import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import { describe, expect, it } from 'vitest';
import { checkTemplate } from './check-template.js';
import { containerConfig } from './container-config.js';
import { createBody, type CreateBodyContext } from './create-body.js';
import { hostConfig } from './host-config.js';

const job: JobTemplate = { jobCategory: 'busybox', remoteCommand: '/bin/sleep' };
const context: CreateBodyContext = { session: 's', workingDirectoryOfProcess: '/home/me' };

describe('template mapping, the Go acceptance lines', () => {
  it('C6: refuses a template without jobCategory', () => {
    const run = (): unknown => createBody({ remoteCommand: '/bin/sleep' }, context);
    expect(run).toThrow(Drmaa2Error);
    expect(run).toThrow(/^jobCategory is undefined; accepted: /);
  });
  it('C7: accepts a template with remoteCommand and jobCategory', () => {
    expect(() => {
      checkTemplate(job);
    }).not.toThrow();
  });
  it('C9: maps command, image, working directory, hostname, session and stage-in', () => {
    const template: JobTemplate = {
      remoteCommand: '/bin/sleep',
      args: ['123'],
      jobCategory: 'my/image',
      workingDirectory: '/working/dir',
      candidateMachines: ['hostname'],
      stageInFiles: { './outer': 'inner' },
    };
    expect(containerConfig(template)).toMatchObject({
      Cmd: ['/bin/sleep', '123'],
      Image: 'my/image',
      WorkingDir: '/working/dir',
      Hostname: 'hostname',
    });
    expect(hostConfig(template, context).Binds).toEqual(['/home/me/outer:inner']);
    const body = createBody({ ...template, stageInFiles: { './outer': '/inner' } }, { ...context, session: 'session' });
    expect(body.Labels?.drmaa2_jobsession).toBe('session');
    expect(body.HostConfig?.Binds).toEqual(['/home/me/outer:/inner']);
  });
  it('C10: maps two environment variables to two entries, sorted', () => {
    expect(containerConfig({ ...job, jobEnvironment: { env2: 'value2', env1: 'value1' } }).Env).toEqual([
      'env1=value1',
      'env2=value2',
    ]);
  });
  it('C11: maps the user and exposes no ports', () => {
    const config = containerConfig({ ...job, extensionList: { user: 'testuser' } });
    expect(config.User).toBe('testuser');
    expect(config.ExposedPorts).toBeUndefined();
  });
  it('C12: exposes exactly the container port', () => {
    expect(containerConfig({ ...job, extensionList: { exposedPorts: '80:6445/tcp' } }).ExposedPorts).toEqual({
      '6445/tcp': {},
    });
  });
  it('C13: maps every host option', () => {
    const extensionList = {
      exposedPorts: '80:6445/tcp',
      restart: 'unless-stopped',
      net: 'host',
      ipc: 'host',
      uts: 'host',
      pid: 'host',
      privileged: 'true',
      rm: 'true',
      ulimit: 'memlock=-1,stack=67108864',
      'shm-size': '10g',
    };
    expect(hostConfig({ ...job, extensionList }, context)).toEqual({
      PortBindings: { '6445/tcp': [{ HostIp: '', HostPort: '80' }] },
      RestartPolicy: { Name: 'unless-stopped' },
      NetworkMode: 'host',
      IpcMode: 'host',
      UTSMode: 'host',
      PidMode: 'host',
      Privileged: true,
      AutoRemove: true,
      ShmSize: 10 * 1024 ** 3,
      Ulimits: [
        { Name: 'memlock', Soft: -1, Hard: -1 },
        { Name: 'stack', Soft: 67108864, Hard: 67108864 },
      ],
    });
    const run = (): unknown => createBody({ ...job, extensionList }, context);
    expect(run).toThrow('extension rm excludes extension restart=unless-stopped');
  });
});
