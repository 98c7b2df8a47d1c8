import { relative } from 'node:path';
import { checkout } from './checkout.mjs';

/** The suite takes a third of the default on the smallest machine that was measured; long runs set their own. */
const deadlineMinutes = Number(process.env['DOCKER_TRACKER_DEADLINE'] ?? 20);

/**
 * A reporter of vitest that ends a run which hangs, and says where. A test's own timeout cannot: a loop that
 * never yields keeps it from firing.
 */
export default class TestDeadline {
  /** @type {Set<string>} */
  #unfinished = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  onTestRunStart() {
    this.#timer = setTimeout(() => this.#end(), deadlineMinutes * 60_000);
  }

  /** @param {import('vitest/node').TestModule} module */
  onTestModuleStart({ moduleId }) {
    this.#unfinished.add(relative(checkout, moduleId));
  }

  /** @param {import('vitest/node').TestModule} module */
  onTestModuleEnd({ moduleId }) {
    this.#unfinished.delete(relative(checkout, moduleId));
  }

  onTestRunEnd() {
    clearTimeout(this.#timer);
  }

  #end() {
    console.error(
      `the tests did not end within ${deadlineMinutes} minutes; unfinished: ${[...this.#unfinished].join(', ')}`,
    );
    // What they started is killed with their process group.
    process.exit(1);
  }
}
