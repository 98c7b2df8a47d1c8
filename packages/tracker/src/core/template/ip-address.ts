const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

/** True for an IPv4 address in four decimal parts, or an IPv6 address without brackets and zone. */
export function isIpAddress(text: string): boolean {
  return IPV4.test(text) || isIpv6(text);
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || text.length > 45) return false;
  const [left = 0, right] = halves.map((half, index) => groupCount(half, index === halves.length - 1));
  if (right === undefined) return left === 8;
  return left + right < 8; // `::` stands for at least one group; a bad half counts as infinity
}

/** Groups of 16 bits in a run between colons; an IPv4 tail counts as two. */
function groupCount(run: string, isLast: boolean): number {
  if (run === '') return 0;
  const parts = run.split(':');
  const tailIsIpv4 = isLast && IPV4.test(parts.at(-1) ?? '');
  const groups = tailIsIpv4 ? parts.slice(0, -1) : parts;
  return groups.every((group) => GROUP.test(group)) ? groups.length + (tailIsIpv4 ? 2 : 0) : Infinity;
}
