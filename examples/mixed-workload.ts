import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { DockerTracker, Drmaa2Error } from '@docker-tracker/tracker';
import picocolors from 'picocolors';
import type { Drawing } from './mixed-workload/drawing.js';
import { Interruption, interruption } from './mixed-workload/interruption.js';
import { JobPaths } from './mixed-workload/job-paths.js';
import { drawTable } from './mixed-workload/live-table.js';
import { drawLines } from './mixed-workload/plain-lines.js';
import { removeJobs } from './mixed-workload/remove-jobs.js';
import { summarize } from './mixed-workload/summary.js';
import { EXPECTED_JOBS, runWorkload } from './mixed-workload/workload.js';

// A small mixed workload on the engine that DOCKER_HOST names, its jobs drawn live. Ends by itself: 0 if every job ended
// as it should, 1 if not, 2 if there is no engine or no image. The argument, if there is one, names the session.

const image = process.env.DOCKER_TRACKER_IMAGE ?? 'docker-tracker/busybox:test';
/** The workload takes six seconds; a machine may be slow, but somebody is looking. */
const LIMIT_MS = 180_000;
const REMOVAL_LIMIT_MS = 30_000;

// `process.stdout.isTTY` of a pipe is not false but undefined, which would let the library of the colours choose for itself.
const drawn = isatty(1);
const terminal = drawn && process.env.TERM !== 'dumb';
const width = drawn ? process.stdout.columns : 100;
const colors = picocolors.createColors(terminal && (process.env.NO_COLOR ?? '') === '');

const interrupted = interruption();
process.exitCode = await main().catch((error: unknown) => {
  console.error(oneLine(error));
  return exitCodeOf(error);
});

async function main(): Promise<number> {
  const session = process.argv[2] ?? `mixed-workload-${randomBytes(4).toString('hex')}`;
  await using tracker = await DockerTracker.open({ session, network: 'none', signal: interrupted });
  const folder = await mkdtemp(join(tmpdir(), 'docker-tracker-example-'));
  try {
    return await runAndRemove(tracker, join(folder, 'output.txt'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runAndRemove(tracker: DockerTracker, outputFile: string): Promise<number> {
  const paths = new JobPaths(tracker);
  const drawing = draw(tracker);
  try {
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(LIMIT_MS)]);
    const ended = await runWorkload(tracker, { image, outputFile, signal });
    drawing.finish();
    const output = await readFile(outputFile, 'utf8');
    const { good, text } = summarize({ ended, paths, outputFile, output }, { width, colors });
    console.log(`\n${text}`);
    return good ? 0 : 1;
  } finally {
    drawing.finish();
    paths.close();
    const removed = await removeJobs(tracker, AbortSignal.timeout(REMOVAL_LIMIT_MS)).catch((error: unknown) => {
      throw new Error(`jobs of session ${tracker.session} are left behind: ${oneLine(error)}`, { cause: error });
    });
    if (removed > 0) console.log(removed === 1 ? '1 job deleted' : `${removed} jobs deleted`);
  }
}

function draw(tracker: DockerTracker): Drawing {
  if (!terminal) return drawLines(tracker, process.stdout);
  return drawTable(tracker, { output: process.stdout, colors, titles: EXPECTED_JOBS.map(({ title }) => title) });
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Interruption) return error.exitCode;
  // The templates are right: what is refused is the address of the engine, or the image.
  if (error instanceof Drmaa2Error && ['DrmCommunication', 'InvalidArgument'].includes(error.code)) return 2;
  return 1;
}

function oneLine(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'not finished within the time limit';
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ');
}
