/**
 * The path of a Chromium: the one named by `DOCKER_TRACKER_CHROMIUM`, an installed one, or Debian's, unpacked into this checkout.
 * Rejects with a Refusal where there is none to be had.
 */
export function findChromium(say?: (line: string) => void): Promise<string>;
