import { BaseSequencer } from 'vitest/node';

/** Tests that take a minute, whatever the machine. */
const long = /[/\\]test[/\\](model|endurance)[/\\]/;

/** The order of test files: begun last, the long ones would be waited for by all. */
export class LongFirst extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  async sort(files) {
    const sorted = await super.sort(files);
    /** @param {import('vitest/node').TestSpecification} file */
    const isLong = ({ moduleId }) => long.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
