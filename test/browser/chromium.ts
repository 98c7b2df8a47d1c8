import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

const QUIETLY = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless Chromium with a profile of its own. `program` is its path: by default the one that the npm script has found. */
export function launchChromium(
  program = process.env.DOCKER_TRACKER_CHROMIUM,
  options: LaunchOptions = {},
): Promise<Browser> {
  if (program === undefined)
    throw new Error('DOCKER_TRACKER_CHROMIUM is not set: start this by its npm script, which finds a Chromium');
  return chromium.launch({ ...options, executablePath: program, args: QUIETLY });
}
