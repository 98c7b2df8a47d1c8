import { isHostname } from './hostname.js';
import { isIpAddress } from './ip-address.js';
import { parseEntries } from './list-entries.js';

/** `HostConfig.ExtraHosts`: `name:address`, a comma list; the address `host-gateway` is the engine's host. */
export function parseExtraHosts(text: string): readonly string[] | undefined {
  return parseEntries(text, ',', (entry) => {
    const colon = entry.indexOf(':');
    const address = entry.slice(colon + 1);
    const known = address === 'host-gateway' || isIpAddress(address);
    return colon > 0 && known && isHostname(entry.slice(0, colon)) ? entry : undefined;
  });
}

/** `HostConfig.Dns`: addresses, a comma list. */
export function parseDnsServers(text: string): readonly string[] | undefined {
  return parseEntries(text, ',', (entry) => (isIpAddress(entry) ? entry : undefined));
}
