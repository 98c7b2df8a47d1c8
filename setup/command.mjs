import { constants } from 'node:os';
import { Refusal } from './refusal.mjs';

const oldestNode = [20, 18, 1];

/** Why a command was interrupted. */
export class Interruption extends Error {
  /** @override */
  name = 'Interruption';

  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Runs a command's work and sets the exit code. At Ctrl-C, SIGTERM or a closed terminal the work is
 * told by its signal and still comes to its end, so that it stops what it started; more of them change
 * nothing.
 *
 * @param {(interruption: AbortSignal) => Promise<number>} work resolves with the exit code
 */
export async function runAsCommand(work) {
  const controller = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (controller.signal.aborted) console.error('still stopping, a few seconds more');
      else controller.abort(new Interruption(signal));
    });
  }
  if (process.env['npm_lifecycle_event'] !== undefined) abortAtParentsEnd(controller);
  // Who read our output may be gone; the clean-up must go on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    checkNode();
    process.exitCode = await work(controller.signal);
  } catch (error) {
    process.exitCode = exitCodeOf(error, controller.signal);
  }
}

/**
 * npm passes SIGTERM on to the shell between it and us, and the shell dies of it without telling us.
 *
 * @param {AbortController} controller
 */
function abortAtParentsEnd(controller) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    if (!controller.signal.aborted) controller.abort(new Interruption('SIGTERM'));
  }, 500);
  timer.unref();
}

/**
 * @param {unknown} error
 * @param {AbortSignal} interruption
 */
function exitCodeOf(error, interruption) {
  if (interruption.aborted) {
    console.error(interruption.reason.message);
    return interruption.reason.exitCode;
  }
  if (error instanceof Refusal) {
    console.error(error.message);
    return error.exitCode;
  }
  console.error(error instanceof Error ? error.message : error);
  return 1;
}

function checkNode() {
  const here = process.versions.node.split('.').map(Number);
  const difference = oldestNode.map((part, index) => (here[index] ?? 0) - part).find((part) => part !== 0) ?? 0;
  if (difference < 0)
    throw new Refusal(`Node.js ${oldestNode.join('.')} or newer is needed, this is ${process.version}`);
}
