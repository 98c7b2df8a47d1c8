import type { ContainerInspect } from '@docker-tracker/engine-client';
import type { JobTemplate } from '@docker-tracker/tracker';
import { expect } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { engineHost, IMAGE, Rig } from './rig.js';

/** What a template asks for; `folder` is one of this host that goes with the test. */
export type Asked = Partial<JobTemplate> | ((folder: string) => Partial<JobTemplate>);

/** What is read back from the engine, and what it has to be. */
export type Stored = readonly [read: (container: ContainerInspect) => unknown, expected: unknown];

/**
 * The container that addJob creates, read before its start: the answer to the create call is held back until then, and
 * the job is given up, so what could not start here is proved as well.
 */
export async function createdBy(asked: Asked): Promise<ContainerInspect> {
  await using proxy = await EngineProxy.start({ upstream: engineHost() });
  await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost(), notifier: () => undefined });
  const hold = proxy.hold('POST /containers/create');
  const abort = new AbortController();
  const more = typeof asked === 'function' ? asked(await rig.folder()) : asked;
  const template = { jobCategory: IMAGE, remoteCommand: 'true', ...more };
  const submission = rig.tracker.addJob(template, { signal: abort.signal });
  const created = rig.events.seen({ action: 'create' });
  // A refusal must not leave this test waiting for an event that never comes.
  const { id } = await Promise.race([created, submission.then(() => created)]);
  const container = await rig.inspect(id);
  abort.abort(new Error('given up'));
  await expect(submission).rejects.toThrow('given up');
  hold.release();
  expect(await rig.containers()).toEqual([]);
  return container;
}
