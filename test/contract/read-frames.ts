/** What a multiplexed stream carries, by stream. */
export function readFrames(bytes: Buffer): { readonly stdout: string; readonly stderr: string } {
  const text = { stdout: '', stderr: '' };
  for (let at = 0; at + 8 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    text[bytes[at] === 2 ? 'stderr' : 'stdout'] += bytes.toString('utf8', at + 8, end);
    at = end;
  }
  return text;
}
