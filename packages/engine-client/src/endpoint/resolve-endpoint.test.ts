import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { EngineConfigurationError } from '../errors.js';
import { resolveEndpoint, type EndpointOptions } from './resolve-endpoint.js';

type Environment = Record<string, string>;

const HOME = '/home/u';

function contextFiles(name: string, docker: object, folder = `${HOME}/.docker`): Environment {
  const digest = createHash('sha256').update(name).digest('hex');
  return { [`${folder}/contexts/meta/${digest}/meta.json`]: JSON.stringify({ Name: name, Endpoints: { docker } }) };
}

function tlsFiles(folder: string): Environment {
  return { [`${folder}/ca.pem`]: 'CA', [`${folder}/cert.pem`]: 'CERT', [`${folder}/key.pem`]: 'PRIVATE' };
}

function resolve(
  environment: Environment,
  options: EndpointOptions = {},
  files: Environment = {},
  platform: NodeJS.Platform = 'linux',
) {
  const readFile = (path: string): Buffer | undefined => {
    const content = files[path.replaceAll('\\', '/')];
    return content === undefined ? undefined : Buffer.from(content);
  };
  return resolveEndpoint(environment, options, { platform, home: HOME, readFile });
}

const remote = contextFiles('remote', { Host: 'tcp://10.0.0.9:2375' });
const current = { [`${HOME}/.docker/config.json`]: '{"currentContext":"remote","auths":{}}' };
const digest = createHash('sha256').update('secure').digest('hex');
const secure = {
  ...contextFiles('secure', { Host: 'tcp://10.0.0.9:2376', SkipTLSVerify: true }),
  ...tlsFiles(`${HOME}/.docker/contexts/tls/${digest}/docker`),
};

describe('resolveEndpoint', () => {
  // prettier-ignore
  it.each<[string, NodeJS.Platform, Environment, EndpointOptions, Environment, string, string]>([
    ['nothing', 'linux', {}, {}, {}, 'unix:///var/run/docker.sock', 'http://localhost'],
    ['nothing', 'darwin', {}, {}, {}, 'unix:///var/run/docker.sock', 'http://localhost'],
    ['nothing', 'win32', {}, {}, {}, 'npipe:////./pipe/docker_engine', 'http://localhost'],
    ['empty variables', 'linux', { DOCKER_HOST: '', DOCKER_CONTEXT: '', DOCKER_CERT_PATH: '', DOCKER_TLS_VERIFY: '' }, {}, {}, 'unix:///var/run/docker.sock', 'http://localhost'],
    ['DOCKER_HOST', 'linux', { DOCKER_HOST: 'unix:///run/user/1000/docker.sock' }, {}, {}, 'unix:///run/user/1000/docker.sock', 'http://localhost'],
    ['DOCKER_HOST on Windows', 'win32', { DOCKER_HOST: 'tcp://1.2.3.4:2375' }, {}, {}, 'tcp://1.2.3.4:2375', 'http://1.2.3.4:2375'],
    ['a bare path', 'linux', {}, { host: '/tmp/d.sock' }, {}, 'unix:///tmp/d.sock', 'http://localhost'],
    ['a bare pipe', 'win32', {}, { host: String.raw`\\.\pipe\other` }, {}, 'npipe:////./pipe/other', 'http://localhost'],
    ['tcp without port', 'linux', {}, { host: 'tcp://h' }, {}, 'tcp://h:2375', 'http://h:2375'],
    ['tcp on port 80', 'linux', {}, { host: 'tcp://h:80' }, {}, 'tcp://h:80', 'http://h:80'],
    ['tcp with IPv6 and a path', 'linux', {}, { host: 'tcp://[::1]:99/docker/' }, {}, 'tcp://[::1]:99/docker', 'http://[::1]:99'],
    ['http', 'linux', {}, { host: 'http://h:2375' }, {}, 'http://h:2375', 'http://h:2375'],
    ['https', 'linux', {}, { host: 'https://h' }, {}, 'https://h:443', 'https://h:443'],
    ['the option before DOCKER_HOST', 'linux', { DOCKER_HOST: 'tcp://a:1' }, { host: 'tcp://b:2' }, {}, 'tcp://b:2', 'http://b:2'],
    ['DOCKER_CERT_PATH', 'linux', { DOCKER_HOST: 'tcp://h', DOCKER_CERT_PATH: '/certs' }, {}, tlsFiles('/certs'), 'tcp://h:2376', 'https://h:2376'],
    ['DOCKER_TLS_VERIFY alone', 'linux', { DOCKER_HOST: 'tcp://h:1', DOCKER_TLS_VERIFY: '1' }, {}, tlsFiles(`${HOME}/.docker`), 'tcp://h:1', 'https://h:1'],
    ['DOCKER_TLS_VERIFY without files', 'linux', { DOCKER_HOST: 'tcp://h:1', DOCKER_TLS_VERIFY: '1' }, {}, {}, 'tcp://h:1', 'https://h:1'],
    ['certificates and a socket', 'linux', { DOCKER_CERT_PATH: '/certs', DOCKER_TLS_VERIFY: '1' }, {}, {}, 'unix:///var/run/docker.sock', 'http://localhost'],
    ['DOCKER_TLS_CERTDIR is no name of ours', 'linux', { DOCKER_HOST: 'tcp://h', DOCKER_TLS_CERTDIR: '/certs' }, {}, tlsFiles('/certs'), 'tcp://h:2375', 'http://h:2375'],
    ['tls option', 'linux', {}, { host: 'tcp://h', tls: { ca: 'CA' } }, {}, 'tcp://h:2376', 'https://h:2376'],
    ['currentContext', 'linux', {}, {}, { ...current, ...remote }, 'tcp://10.0.0.9:2375', 'http://10.0.0.9:2375'],
    ['DOCKER_HOST before currentContext', 'linux', { DOCKER_HOST: 'tcp://a:1' }, {}, { ...current, ...remote }, 'tcp://a:1', 'http://a:1'],
    ['DOCKER_HOST before DOCKER_CONTEXT', 'linux', { DOCKER_HOST: 'tcp://a:1', DOCKER_CONTEXT: 'remote' }, {}, remote, 'tcp://a:1', 'http://a:1'],
    ['DOCKER_CONTEXT', 'linux', { DOCKER_CONTEXT: 'remote' }, {}, remote, 'tcp://10.0.0.9:2375', 'http://10.0.0.9:2375'],
    ['DOCKER_CONTEXT default before currentContext', 'linux', { DOCKER_CONTEXT: 'default' }, {}, { ...current, ...remote }, 'unix:///var/run/docker.sock', 'http://localhost'],
    ['the context option before DOCKER_HOST', 'linux', { DOCKER_HOST: 'tcp://a:1' }, { context: 'remote' }, remote, 'tcp://10.0.0.9:2375', 'http://10.0.0.9:2375'],
    ['the context option default', 'linux', { DOCKER_HOST: 'tcp://a:1' }, { context: 'default' }, {}, 'tcp://a:1', 'http://a:1'],
    ['DOCKER_CONFIG is a folder', 'linux', { DOCKER_CONFIG: '/cfg', DOCKER_CONTEXT: 'r' }, {}, contextFiles('r', { Host: 'unix:///r.sock' }, '/cfg'), 'unix:///r.sock', 'http://localhost'],
    ['a context with TLS', 'linux', { DOCKER_CONTEXT: 'secure' }, {}, secure, 'tcp://10.0.0.9:2376', 'https://10.0.0.9:2376'],
  ])('F20: %s on %s', (_, platform, environment, options, files, label, origin) => {
    expect(resolve(environment, options, files, platform)).toMatchObject({ label, origin });
  });

  it('verifies certificates unless a context says not to, and never prints them', () => {
    const ours = resolve({ DOCKER_HOST: 'tcp://h', DOCKER_CERT_PATH: '/certs' }, {}, tlsFiles('/certs'));
    expect(ours.tls?.verify).toBe(true);
    expect(ours.tls?.connectOptions().key?.toString()).toBe('PRIVATE');
    expect(resolve({ DOCKER_CONTEXT: 'secure' }, {}, secure).tls?.verify).toBe(false);
    expect(inspect(ours, { depth: 10, showHidden: true })).not.toMatch(/PRIVATE|80, 82, 73|50 52 49/);
  });

  // prettier-ignore
  it.each<[string, Environment, EndpointOptions, Environment, RegExp]>([
    ['ssh', { DOCKER_HOST: 'ssh://me@host' }, {}, {}, /DOCKER_HOST is "ssh:\/\/\*\*\*@host": ssh is not built in.*ssh -nNT -L/],
    ['an unknown scheme', { DOCKER_HOST: 'fd://' }, {}, {}, /none of the accepted forms. Accepted: unix:.*npipe:.*tcp:.*https:/],
    ['a host and port without scheme', {}, { host: 'localhost:2375' }, {}, /^host is "localhost:2375": it is none of the accepted forms/],
    ['a relative socket', {}, { host: 'unix://docker.sock' }, {}, /none of the accepted forms/],
    ['an empty host', {}, { host: '' }, {}, /^host is "": it is none/],
    ['a bad port', {}, { host: 'tcp://h:99999' }, {}, /no valid host and port/],
    ['a long path', {}, { host: `/${'x'.repeat(120)}` }, {}, /a socket path may have 107 bytes on linux/],
    ['credentials', {}, { host: 'tcp://user:hunter2@h:1' }, {}, /^host is "tcp:\/\/\*\*\*@h:1": it must not hold a user name/],
    ['host and context', {}, { host: '/a', context: 'b' }, {}, /both given/],
    ['an unknown context', { DOCKER_CONTEXT: 'nope' }, {}, {}, /there is no Docker context "nope"/],
    ['a context without host', { DOCKER_CONTEXT: 'x' }, {}, contextFiles('x', {}), /names no host/],
    ['a broken configuration', {}, {}, { [`${HOME}/.docker/config.json`]: '{' }, /config\.json is not JSON/],
    ['an empty DOCKER_CERT_PATH', { DOCKER_HOST: 'tcp://h', DOCKER_CERT_PATH: '/certs' }, {}, {}, /DOCKER_CERT_PATH is \/certs, which holds no/],
    ['a certificate without key', { DOCKER_HOST: 'tcp://h', DOCKER_CERT_PATH: '/certs' }, {}, { '/certs/cert.pem': 'C' }, /no key\.pem in \/certs/],
    ['http with TLS', {}, { host: 'http://h', tls: { ca: 'CA' } }, {}, /http:\/\/ and TLS/],
  ])('refuses %s in one line, without a credential', (_, environment, options, files, message) => {
    const attempt = (): unknown => resolve(environment, options, files);
    expect(attempt).toThrow(EngineConfigurationError);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/hunter2|\n/);
  });
});
