import { isAbsolutePath } from './host-path.js';
import { parseEntries } from './list-entries.js';

/** An entry of `HostConfig.Devices`. */
export interface DeviceBody {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

/** Parses `host[:container][:rights]`, a comma list; rights are letters of rwm, all of them where none are said. */
export function parseDevices(text: string): readonly DeviceBody[] | undefined {
  return parseEntries(text, ',', parseDevice);
}

function parseDevice(entry: string): DeviceBody | undefined {
  const [PathOnHost = '', second, third, ...rest] = entry.split(':');
  const rights = third ?? (second !== undefined && !isAbsolutePath(second) ? second : undefined);
  const PathInContainer = second === undefined || second === rights ? PathOnHost : second;
  if (rest.length > 0 || ![PathOnHost, PathInContainer].every(isAbsolutePath)) return undefined;
  if (rights !== undefined && !areRights(rights)) return undefined;
  return { PathOnHost, PathInContainer, CgroupPermissions: rights ?? 'rwm' };
}

/** Each letter once. The length comes first: a look-ahead over a text of any length would take its square. */
function areRights(text: string): boolean {
  return /^[rwm]{1,3}$/.test(text) && new Set(text).size === text.length;
}
