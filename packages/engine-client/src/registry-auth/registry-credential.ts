import { inspect } from 'node:util';

/** What a credential holds; a registry takes an identity token in place of a password, and a registry token as it is. */
export interface RegistrySecrets {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly identityToken?: string | undefined;
  readonly registryToken?: string | undefined;
}

/** A login at one registry. What is secret shows in neither `inspect()`, `JSON.stringify` nor an error. */
export class RegistryCredential {
  readonly registry: string;
  readonly #secrets: RegistrySecrets;

  constructor(registry: string, secrets: RegistrySecrets) {
    this.registry = registry;
    this.#secrets = secrets;
  }

  /** The value of `X-Registry-Auth`, for `images.pull` and `images.push`. Secret: base64 hides nothing. */
  header(): string {
    const { username, password, identityToken, registryToken } = this.#secrets;
    const fields = { username, password, identitytoken: identityToken, registrytoken: registryToken };
    const json = JSON.stringify({ ...fields, serveraddress: this.registry });
    // The engine's decoder wants the padding, which Node's base64url leaves out.
    return Buffer.from(json).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  }

  toJSON(): object {
    return { registry: this.registry };
  }

  [inspect.custom](): string {
    return `RegistryCredential { registry: ${JSON.stringify(this.registry)}, secrets: hidden }`;
  }
}
