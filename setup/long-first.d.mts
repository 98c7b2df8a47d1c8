import { BaseSequencer } from 'vitest/node';

/** The order of test files: those that take a minute first. */
export class LongFirst extends BaseSequencer {}
