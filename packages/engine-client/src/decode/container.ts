import type {
  ContainerInspect,
  ContainerMount,
  ContainerState,
  ContainerSummary,
  NetworkSettings,
} from '../wire/container.js';
import type { ContainerCreated, ContainerExit, ContainerTop, ExecInspect } from '../wire/container-answer.js';
import { decodeContainerConfig, decodeHostConfig, labels, portBinding } from './container-config.js';
import { dictionary, flag, list, number, optional, or, shape, text } from './decoder.js';

const state = shape<ContainerState>({
  Status: text,
  Running: flag,
  Paused: or(flag, false),
  Restarting: or(flag, false),
  OOMKilled: or(flag, false),
  Dead: or(flag, false),
  Pid: or(number, 0),
  ExitCode: number,
  Error: or(text, ''),
  StartedAt: or(text, '0001-01-01T00:00:00Z'),
  FinishedAt: or(text, '0001-01-01T00:00:00Z'),
  Health: optional(shape({ Status: or(text, ''), FailingStreak: or(number, 0) })),
});

const mount = shape<ContainerMount>({
  Type: or(text, ''),
  Name: optional(text),
  Source: or(text, ''),
  Destination: or(text, ''),
  RW: or(flag, false),
});

const networkSettings = shape<NetworkSettings>({
  Ports: or(dictionary(or(list(portBinding), null)), {}),
  Networks: or(dictionary(shape({ NetworkID: or(text, ''), IPAddress: or(text, '') })), {}),
});

export const decodeContainerInspect = shape<ContainerInspect>({
  Id: text,
  Name: text,
  Created: text,
  Path: or(text, ''),
  Args: or(list(text), []),
  State: state,
  RestartCount: or(number, 0),
  Image: text,
  Config: decodeContainerConfig,
  HostConfig: decodeHostConfig,
  Platform: or(text, ''),
  Mounts: or(list(mount), []),
  NetworkSettings: or(networkSettings, { Ports: {}, Networks: {} }),
  SizeRw: optional(number),
  SizeRootFs: optional(number),
});

/** A row of the list. */
export const decodeContainerSummary = shape<ContainerSummary>({
  Id: text,
  Names: or(list(text), []),
  Image: or(text, ''),
  ImageID: or(text, ''),
  Command: or(text, ''),
  Created: number,
  Labels: labels,
  State: text,
  Status: or(text, ''),
  HostConfig: or(shape({ NetworkMode: or(text, '') }), { NetworkMode: '' }),
});

export const decodeContainerCreated = shape<ContainerCreated>({ Id: text, Warnings: or(list(text), []) });

export const decodeWarnings = shape<{ readonly Warnings: readonly string[] }>({ Warnings: or(list(text), []) });

/** Engine 20.10 sends `Error: null`. */
export const decodeContainerExit = shape<ContainerExit>({
  StatusCode: number,
  Error: optional(shape({ Message: or(text, '') })),
});

export const decodeContainerTop = shape<ContainerTop>({
  Titles: or(list(text), []),
  Processes: or(list(list(text)), []),
});

export const decodeExecCreated = shape<{ readonly Id: string }>({ Id: text });

export const decodeExecInspect = shape<ExecInspect>({
  ID: text,
  Running: flag,
  ExitCode: or(number, null),
  Pid: or(number, 0),
  ContainerID: or(text, ''),
});
