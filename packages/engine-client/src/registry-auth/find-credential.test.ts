import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCredential, type FindCredentialOptions } from './find-credential.js';

const SECRET = 'open-sesame-1001';
const LOGIN = Buffer.from(`ali:${SECRET}`).toString('base64');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-auth-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function configured(config: unknown): Promise<void> {
  await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
}

/** A credential helper that runs this script, in sh. */
async function helper(name: string, script: string): Promise<void> {
  const path = join(folder, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

function find(reference: string, more: FindCredentialOptions = {}): ReturnType<typeof findCredential> {
  const env = { PATH: `${folder}:${process.env.PATH ?? ''}`, DOCKER_CONFIG: folder };
  return findCredential(reference, { env, ...more });
}

async function told(reference: string): Promise<unknown> {
  const header = (await find(reference))?.header();
  return header === undefined ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString());
}

/** What a rejection shows anywhere, however it is printed. */
async function printed(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'ENGINE_CREDENTIAL' });
  return inspect(error, { depth: null, showHidden: true });
}

describe('auths', () => {
  it.each([
    ['r.example/a/b:1', 'r.example', 'r.example'],
    ['r.example/a', 'https://r.example/v2/', 'r.example'],
    ['localhost:5000/a', 'localhost:5000', 'localhost:5000'],
    ['busybox', 'https://index.docker.io/v1/', 'https://index.docker.io/v1/'],
    ['docker.io/library/busybox', 'https://index.docker.io/v1/', 'https://index.docker.io/v1/'],
    ['some/body', 'https://index.docker.io/v1/', 'https://index.docker.io/v1/'],
  ])('has for %s the login under %s', async (reference, key, registry) => {
    await configured({ auths: { 'other.example': { auth: 'eDp5' }, [key]: { auth: LOGIN } } });
    expect(await told(reference)).toEqual({ username: 'ali', password: SECRET, serveraddress: registry });
  });

  it('keeps colons of a password, and takes tokens', async () => {
    const auth = Buffer.from('u:a:b').toString('base64');
    await configured({ auths: { 'a.b': { auth }, 'c.d': { identitytoken: 'id' }, 'e.f': { registrytoken: 'reg' } } });
    expect(await told('a.b/i')).toMatchObject({ password: 'a:b' });
    expect(await told('c.d/i')).toMatchObject({ identitytoken: 'id' });
    expect(await told('e.f/i')).toMatchObject({ registrytoken: 'reg' });
  });

  it('gives nothing for another registry, an empty entry, or without a file', async () => {
    expect(await find('r.example/a')).toBeUndefined();
    await configured({ auths: { 'r.example:5000': { auth: LOGIN }, 'r.example': {} } });
    expect(await find('r.example/a')).toBeUndefined();
    expect(await find('x.example/a')).toBeUndefined();
  });

  it('makes a header whose padding the engine can decode', async () => {
    for (const length of [1, 2, 3]) {
      await configured({ auths: { 'a.b': { identitytoken: '?'.repeat(length) } } });
      const header = (await find('a.b/i'))?.header() ?? '';
      expect(header.length % 4).toBe(0);
      expect(header).toMatch(/^[\w-]+=*$/);
    }
  });
});

describe('a credential helper', () => {
  it('is asked by stdin, credHelpers before credsStore, both before auths', async () => {
    await helper('one', `read server; printf '{"Username":"one","Secret":"%s"}' "$server"`);
    await helper('all', `read server; printf '{"Username":"<token>","Secret":"%s"}' "$server"`);
    await configured({ auths: { 'a.b': { auth: LOGIN } }, credHelpers: { 'a.b': 'one' }, credsStore: 'all' });
    expect(await told('a.b/i')).toEqual({ username: 'one', password: 'a.b', serveraddress: 'a.b' });
    expect(await told('c.d/i')).toEqual({ identitytoken: 'c.d', serveraddress: 'c.d' });
    expect(await told('busybox')).toMatchObject({ identitytoken: 'https://index.docker.io/v1/' });
  });

  it('that has no login means none', async () => {
    await helper('all', 'echo credentials not found in native keychain; exit 1');
    await configured({ credsStore: 'all' });
    expect(await find('a.b/i')).toBeUndefined();
  });

  it.each([
    ['is missing', undefined, /cannot be run: ENOENT/],
    ['fails', `echo ${SECRET}; echo ${SECRET} >&2; exit 3`, /ended with 3/],
    ['says no JSON', `echo ${SECRET}`, /answered other than/],
    ['says other JSON', `echo '{"Secret":"${SECRET}"}'`, /answered other than/],
    ['never ends', `echo ${SECRET}; exec sleep 600`, /longer than 300 ms/],
    ['leaves a child behind that holds its output', `sleep 600 & echo ${SECRET}; wait`, /longer than 300 ms/],
    ['never stops talking', `exec yes ${SECRET}`, /said more than 65536 bytes/],
  ])('that %s is a typed error without its words', async (_, script, words) => {
    if (script !== undefined) await helper('bad', script);
    await configured({ credsStore: 'bad' });
    const timeout = words.source.includes('longer') ? { helperTimeoutMs: 300 } : {};
    const text = await printed(find('a.b/i', timeout));
    expect(text).toMatch(words);
    expect(text).not.toContain(SECRET);
  });

  it.each(['../evil', 'a b', '; touch x', '', '/bin/sh'])('called %j is refused, or none', async (name) => {
    await configured({ credHelpers: { 'a.b': name } });
    if (name === '') expect(await find('a.b/i')).toBeUndefined();
    else expect(await printed(find('a.b/i'))).toMatch(/no name of a credential helper/);
  });

  it('is ended by an abort, which rejects with its reason', async () => {
    await helper('slow', 'exec sleep 600');
    await configured({ credsStore: 'slow' });
    const abort = new AbortController();
    const found = find('a.b/i', { signal: abort.signal });
    setImmediate(() => {
      abort.abort('enough');
    });
    await expect(found).rejects.toBe('enough');
  });
});

describe('F13: a secret', () => {
  it.each([
    ['that is not JSON', `{"auths":{"a.b":{"auth":"${SECRET}`],
    ['whose auth is no login', { auths: { 'a.b': { auth: Buffer.from(SECRET).toString('base64') } } }],
    ['whose entry is a text', { auths: { 'a.b': SECRET } }],
    ['whose auth is a list', { auths: { 'a.b': { auth: [SECRET] } } }],
  ])('in a configuration %s is not in the error', async (_, config) => {
    await configured(config);
    const text = await printed(find('a.b/i'));
    expect(text).toContain('config.json');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(Buffer.from(SECRET).toString('base64'));
  });

  it('is shown by neither inspect, String nor JSON of a credential', async () => {
    await configured({ auths: { 'a.b': { auth: LOGIN } } });
    const credential = await find('a.b/i');
    const shown = [inspect(credential, { showHidden: true, depth: null }), JSON.stringify(credential)].join();
    expect(shown).toContain('a.b');
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain('ali');
  });
});
