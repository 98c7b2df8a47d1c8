export interface Chromium {
  readonly program: string;
  /** What it needs beside the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The Chromium named by `DOCKER_TRACKER_CHROMIUM`, an installed one, or Debian's, unpacked into this checkout. Rejects with a
 * Refusal where there is none to be had.
 */
export function findChromium(say?: (line: string) => void): Promise<Chromium>;
