import { isAbsolutePath } from './host-path.js';
import { parseEntries } from './list-entries.js';

/** An entry of `HostConfig.Devices`. */
export interface DeviceBody {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

const RIGHTS = /^(?!.*(.).*\1)[rwm]{1,3}$/;

/** Parses `host[:container][:rights]`, a comma list; rights are letters of rwm, all of them where none are said. */
export function parseDevices(text: string): readonly DeviceBody[] | undefined {
  return parseEntries(text, ',', parseDevice);
}

function parseDevice(entry: string): DeviceBody | undefined {
  const [PathOnHost = '', second, third, ...rest] = entry.split(':');
  const rights = third ?? (second !== undefined && !isAbsolutePath(second) ? second : undefined);
  const PathInContainer = second === undefined || second === rights ? PathOnHost : second;
  if (rest.length > 0 || ![PathOnHost, PathInContainer].every(isAbsolutePath)) return undefined;
  if (rights !== undefined && !RIGHTS.test(rights)) return undefined;
  return { PathOnHost, PathInContainer, CgroupPermissions: rights ?? 'rwm' };
}
