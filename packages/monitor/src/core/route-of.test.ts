import { describe, expect, it } from 'vitest';
import { routeOf } from './route-of.js';

describe('routeOf', () => {
  it.each([
    ['/v1.41/containers/json', '/containers/json'],
    ['/v1.41/containers/create', '/containers/create'],
    ['/v1.52/containers/0123abcd/json', '/containers/{id}/json'],
    ['/v1.41/containers/0123abcd', '/containers/{id}'],
    ['/v1.41/containers/create/start', '/containers/create/start'],
    ['/v1.41/images/docker-tracker%2Fbusybox:test/json', '/images/{id}/json'],
    ['/v1.41/images/json', '/images/json'],
    ['/v1.41/exec/0123/start', '/exec/{id}/start'],
    ['/v1.41/events', '/events'],
    ['/_ping', '/_ping'],
    ['/v1.41/volumes/data', '/volumes/data'],
  ])('counts %s as %s', (path, route) => {
    expect(routeOf(path)).toBe(route);
  });
});
