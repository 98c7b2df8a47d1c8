import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { CredentialSource, DockerTracker } from '@docker-tracker/tracker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registryLogin } from '../../../setup/private-registry.mjs';
import { Rig } from '../rig.js';
import { configuredIn, RegistryRig } from './registry-rig.js';

let registry: RegistryRig;
beforeAll(async () => {
  registry = await RegistryRig.start({ login: true });
});
afterAll(() => registry[Symbol.asyncDispose]());

const { username, password } = registryLogin;

function auth(secret: string): { readonly auth: string } {
  return { auth: Buffer.from(`${username}:${secret}`).toString('base64') };
}

/** A helper that gives this secret to whom it asks for. */
async function helper(folder: string, script: string): Promise<void> {
  const path = join(folder, 'docker-credential-testing');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

function answer(secret: string): string {
  return `read server; test "$server" = ${registry.host} && printf '%s' '${JSON.stringify({ Username: username, Secret: secret })}'`;
}

async function pullBy(rig: Rig, registryCredentials: CredentialSource): Promise<void> {
  const image = await registry.push();
  const tracker: DockerTracker = await rig.another({ pull: 'missing', registryCredentials });
  const id = await tracker.addJob(rig.template(['true'], { jobCategory: image }));
  await tracker.wait(id, ['Done']);
}

describe('an image of a registry that wants a login', () => {
  it('is DeniedByDrms without one', async () => {
    await using rig = await Rig.open();
    const pulled = pullBy(rig, await configuredIn(await rig.folder(), {}));
    await expect(pulled).rejects.toMatchObject({ code: 'DeniedByDrms' });
    expect(await rig.containers()).toEqual([]);
  });

  it('comes with the login of docker’s configuration', async () => {
    await using rig = await Rig.open();
    await pullBy(rig, await configuredIn(await rig.folder(), { auths: { [registry.host]: auth(password) } }));
  });

  it.each(['credsStore', 'credHelpers'])('comes with the login of the credential helper in %s', async (key) => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    await helper(folder, answer(password));
    const named = key === 'credsStore' ? 'testing' : { [registry.host]: 'testing' };
    await pullBy(rig, await configuredIn(folder, { [key]: named, auths: { [registry.host]: auth('wrong') } }));
  });

  it('F13: is DeniedByDrms with a wrong one, which the error does not show', async () => {
    await using rig = await Rig.open();
    const secret = 'xyzzy-not-it';
    const source = await configuredIn(await rig.folder(), { auths: { [registry.host]: auth(secret) } });
    const error: unknown = await pullBy(rig, source).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'DeniedByDrms' });
    const shown = inspect(error, { depth: null, showHidden: true });
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(auth(secret).auth);
  });

  it('F13: is InvalidArgument with a helper that fails, whose words the error does not show', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    await helper(folder, `echo ${username} xyzzy; exit 1`);
    const source = await configuredIn(folder, { credsStore: 'testing' });
    const error: unknown = await pullBy(rig, source).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'InvalidArgument', cause: { code: 'ENGINE_CREDENTIAL' } });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('xyzzy');
  });
});
