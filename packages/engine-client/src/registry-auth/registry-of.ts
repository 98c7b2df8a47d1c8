/** Docker Hub's key in docker's configuration, and what a credential helper is asked for. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

/**
 * The registry that an image reference names, as docker's configuration spells it: `host[:port]`, or
 * `https://index.docker.io/v1/` where the reference names none.
 * @source distribution/reference splitDockerDomain; docker/cli registry.GetAuthConfigKey
 */
export function registryOf(reference: string): string {
  const slash = reference.indexOf('/');
  const first = slash < 0 ? '' : reference.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  if (!isHost || first === 'docker.io' || first === 'index.docker.io') return DOCKER_HUB;
  return first;
}

/** `host[:port]` of a key that may be a URL: older programs wrote those. @source docker/cli ConvertToHostname */
export function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
