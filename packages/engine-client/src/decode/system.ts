import type { SystemInfo, SystemVersion } from '../wire/system.js';
import { anything, dictionary, flag, list, number, or, shape, text } from './decoder.js';

export const decodeSystemVersion = shape<SystemVersion>({
  Version: or(text, ''),
  ApiVersion: text,
  MinAPIVersion: or(text, ''),
  Os: or(text, ''),
  Arch: or(text, ''),
  KernelVersion: or(text, ''),
});

export const decodeSystemInfo = shape<SystemInfo>({
  ID: or(text, ''),
  Name: or(text, ''),
  SystemTime: text,
  ServerVersion: or(text, ''),
  OSType: or(text, ''),
  OperatingSystem: or(text, ''),
  Architecture: or(text, ''),
  KernelVersion: or(text, ''),
  NCPU: number,
  MemTotal: number,
  LiveRestoreEnabled: or(flag, false),
  CgroupVersion: or(text, ''),
  CgroupDriver: or(text, ''),
  Driver: or(text, ''),
  LoggingDriver: or(text, ''),
  Containers: or(number, 0),
  ContainersRunning: or(number, 0),
  ContainersPaused: or(number, 0),
  ContainersStopped: or(number, 0),
  Images: or(number, 0),
  Runtimes: or(dictionary(anything), {}),
  SecurityOptions: or(list(text), []),
});
