import { chromium, type Browser } from 'playwright-core';

const QUIETLY = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The Chromium that the command found. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.DOCKER_TRACKER_CHROMIUM;
  if (executablePath === undefined)
    throw new Error('DOCKER_TRACKER_CHROMIUM is not set: start this by its npm script, which finds a Chromium');
  return chromium.launch({ executablePath, args: QUIETLY });
}
