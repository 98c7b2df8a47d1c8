import { describe, expect, it } from 'vitest';
import { dispatchState } from './dispatch-name.js';

describe('dispatchState', () => {
  it.each([
    ['render.queued-3f9a', 'queued'],
    ['render.held-3f9a', 'held'],
    ['render.cancelled-3f9a', 'cancelled'],
    ['render.claim-3f9a', 'claimed'],
    ['a81c.slot-1', 'claimed'],
    ['a81c.slot-128', 'claimed'],
    ['a81c-7.new', 'new'],
    ['a81c-7.new-3f9a', 'new'],
    ['render', 'immediate'],
    ['queued', 'immediate'],
    ['held-3f9a', 'immediate'],
    ['render.queuedly', 'immediate'],
    ['render.slot-x', 'immediate'],
    ['render.held-1.queued-2', 'queued'],
    ['', 'immediate'],
  ] as const)('reads %s as %s', (name, state) => {
    expect(dispatchState(name)).toBe(state);
  });
});
