import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine, findCredential, RegistryCredential } from '@docker-tracker/engine-client';
import type { CredentialSource } from '@docker-tracker/tracker';
import { registryLogin, startPrivateRegistry, type PrivateRegistry } from '../../../setup/private-registry.mjs';
import { expect } from 'vitest';
import { engineHost, IMAGE } from '../rig.js';

/** A registry with images of this test's own names, which are taken off the engine at the end. */
export class RegistryRig implements AsyncDisposable {
  static async start(options: { readonly login?: boolean } = {}): Promise<RegistryRig> {
    const registry = await startPrivateRegistry(options);
    try {
      return new RegistryRig(registry, await Engine.connect({ host: engineHost() }), options.login === true);
    } catch (error) {
      await registry.release();
      throw error;
    }
  }

  readonly engine: Engine;
  readonly host: string;
  readonly #registry: PrivateRegistry;
  readonly #login: boolean;
  readonly #names = new Set<string>();

  private constructor(registry: PrivateRegistry, engine: Engine, login: boolean) {
    this.#registry = registry;
    this.engine = engine;
    this.#login = login;
    this.host = registry.host;
  }

  /** The lines of the registry's log about manifests: a pull that reaches it makes at least one. */
  get manifestsAsked(): number {
    return this.#registry
      .log()
      .split('\n')
      .filter((line) => line.includes('/manifests/')).length;
  }

  /** A name that nobody has used; the engine forgets it with the rig. */
  name(host = this.host): string {
    const name = `${host}/team/tool-${randomBytes(4).toString('hex')}:1`;
    this.#names.add(name);
    return name;
  }

  /** Puts the test image into the registry under a new name, which the engine does not have afterwards. */
  async push(): Promise<string> {
    const name = this.name();
    await this.engine.images.tag(IMAGE, { repo: name.slice(0, -2), tag: '1' });
    const registryAuth = this.#login ? new RegistryCredential(this.host, registryLogin).header() : undefined;
    for await (const { status } of this.engine.images.push(name, { registryAuth })) expect(status).not.toBe('');
    await this.engine.images.remove(name);
    return name;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      for (const name of this.#names) await this.engine.images.remove(name, { force: true }).catch(() => undefined);
    } finally {
      await this.engine.close();
      await this.#registry.release();
    }
  }
}

/** Logins out of a docker configuration in this folder, which is also where credential helpers are looked for. */
export async function configuredIn(folder: string, config: object): Promise<CredentialSource> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}` };
  return (image, options) => findCredential(image, { ...options, configFolder: folder, env });
}
