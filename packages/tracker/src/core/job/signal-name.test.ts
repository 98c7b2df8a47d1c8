import { describe, expect, it } from 'vitest';
import { SIGCONT, signalName, SIGSTOP } from './signal-name.js';

describe('signalName', () => {
  it.each([
    [1, 'SIGHUP'],
    [6, 'SIGABRT'],
    [9, 'SIGKILL'],
    [10, 'SIGUSR1'],
    [11, 'SIGSEGV'],
    [15, 'SIGTERM'],
    [SIGCONT, 'SIGCONT'],
    [SIGSTOP, 'SIGSTOP'],
    [31, 'SIGSYS'],
  ])('calls %i %s', (number, name) => {
    expect(signalName(number)).toBe(name);
  });

  it.each([0, 32, 34, 64])('has no name for %i and says the number', (number) => {
    expect(signalName(number)).toBe(String(number));
  });
});
