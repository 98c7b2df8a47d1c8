import type { ContainerConfig, HostConfig, PortBinding } from '../wire/container.js';
import { anything, dictionary, flag, list, number, optional, or, shape, text } from './decoder.js';

/** Labels may be `null` or missing on the wire. */
export const labels = or(dictionary(text), {});

export const portBinding = shape<PortBinding>({ HostIp: or(text, ''), HostPort: or(text, '') });

export const decodeContainerConfig = shape<ContainerConfig>({
  Hostname: or(text, ''),
  User: or(text, ''),
  Env: or(list(text), []),
  Cmd: or(list(text), null),
  Entrypoint: or(list(text), null),
  Image: or(text, ''),
  Labels: labels,
  WorkingDir: or(text, ''),
  StopSignal: optional(text),
  StopTimeout: optional(number),
  Tty: or(flag, false),
  OpenStdin: or(flag, false),
  StdinOnce: or(flag, false),
  ExposedPorts: or(dictionary(anything), {}),
});

export const decodeHostConfig = shape<HostConfig>({
  AutoRemove: or(flag, false),
  RestartPolicy: or(shape({ Name: or(text, ''), MaximumRetryCount: or(number, 0) }), {
    Name: '',
    MaximumRetryCount: 0,
  }),
  NetworkMode: or(text, ''),
  IpcMode: or(text, ''),
  PidMode: or(text, ''),
  UTSMode: or(text, ''),
  Privileged: or(flag, false),
  ShmSize: or(number, 0),
  Memory: or(number, 0),
  NanoCpus: or(number, 0),
  CpuShares: or(number, 0),
  CpuQuota: or(number, 0),
  CpuPeriod: or(number, 0),
  CpusetCpus: or(text, ''),
  ReadonlyRootfs: or(flag, false),
  Init: optional(flag),
  PidsLimit: optional(number),
  Binds: or(list(text), []),
  PortBindings: or(dictionary(or(list(portBinding), [])), {}),
  Ulimits: or(list(shape({ Name: text, Soft: number, Hard: number })), []),
  DeviceRequests: or(
    list(
      shape({
        Driver: or(text, ''),
        Count: or(number, 0),
        DeviceIDs: or(list(text), []),
        Capabilities: or(list(list(text)), []),
      }),
    ),
    [],
  ),
  CapAdd: or(list(text), []),
  CapDrop: or(list(text), []),
  LogConfig: optional(shape({ Type: or(text, '') })),
  MemoryReservation: or(number, 0),
  MemorySwap: or(number, 0),
  Tmpfs: or(dictionary(text), {}),
  Dns: or(list(text), []),
  ExtraHosts: or(list(text), []),
  SecurityOpt: or(list(text), []),
  Devices: or(list(shape({ PathOnHost: text, PathInContainer: text })), []),
});
