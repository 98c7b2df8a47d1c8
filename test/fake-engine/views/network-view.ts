import { compareApiVersions } from '../engine-profile.js';
import type { Container } from '../model/container.js';
import type { EngineModel } from '../model/engine-model.js';

const EMPTY_ADDRESSES = {
  Gateway: '',
  IPAddress: '',
  IPPrefixLen: 0,
  IPv6Gateway: '',
  GlobalIPv6Address: '',
  GlobalIPv6PrefixLen: 0,
  MacAddress: '',
};

/** `Networks` of inspect and list; the ids exist once the container was started. */
export function networksView(model: EngineModel, container: Container, apiVersion: string): object {
  const isNew = container.startedAt === 0n;
  const mode = container.hostConfig.NetworkMode;
  return {
    [mode === 'default' ? 'bridge' : mode]: {
      IPAMConfig: null,
      Links: null,
      Aliases: null,
      DriverOpts: null,
      ...(compareApiVersions(apiVersion, '1.48') >= 0 ? { GwPriority: 0 } : {}),
      NetworkID: isNew ? '' : model.networkId,
      EndpointID: isNew || !container.running ? '' : container.id.split('').reverse().join(''),
      ...EMPTY_ADDRESSES,
      ...(compareApiVersions(apiVersion, '1.44') >= 0 ? { DNSNames: null } : {}),
    },
  };
}

/** `NetworkSettings` of inspect; API 1.52 dropped the addresses of the default bridge. */
export function networkSettingsView(model: EngineModel, container: Container, apiVersion: string): object {
  const sandbox = container.running ? container.id.slice(0, 12) : '';
  const common = {
    SandboxID: sandbox === '' ? '' : container.id,
    SandboxKey: sandbox === '' ? '' : `/var/lib/docker/exec/netns/${sandbox}`,
    Ports: {},
  };
  const networks = { Networks: networksView(model, container, apiVersion) };
  if (compareApiVersions(apiVersion, '1.52') >= 0) return { ...common, ...networks };
  return {
    Bridge: '',
    ...common,
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: '',
    ...EMPTY_ADDRESSES,
    ...networks,
  };
}
