import type { JobState } from '@docker-tracker/drmaa2';
import { EventEmitter } from 'eventemitter3';
import { Subscription } from 'rxjs';
import type { JobSnapshot } from './core/job/job-snapshot.js';
import type { JobTransition } from './core/job/observation.js';
import type { DockerTracker } from './docker-tracker.js';
import type { Freshness } from './watch/freshness.js';

/** What a job emitter emits. The named states carry the transition into them. */
export interface JobEmitterEvents {
  transition: (transition: JobTransition) => void;
  queued: (transition: JobTransition) => void;
  running: (transition: JobTransition) => void;
  suspended: (transition: JobTransition) => void;
  done: (transition: JobTransition) => void;
  failed: (transition: JobTransition) => void;
  removed: (job: JobSnapshot) => void;
  freshness: (freshness: Freshness) => void;
}

/** The tracker's observables as named events. A listener that throws is reported as uncaught and harms no other. */
export interface JobEmitter {
  on<Name extends keyof JobEmitterEvents>(name: Name, listener: JobEmitterEvents[Name]): this;
  once<Name extends keyof JobEmitterEvents>(name: Name, listener: JobEmitterEvents[Name]): this;
  off<Name extends keyof JobEmitterEvents>(name: Name, listener?: JobEmitterEvents[Name]): this;
  /** Ends it; the tracker's own end does the same. */
  close(): void;
}

type StateEvent = 'queued' | 'running' | 'suspended' | 'done' | 'failed';

const EVENT_OF: Partial<Record<JobState, StateEvent>> = {
  Queued: 'queued',
  Running: 'running',
  Suspended: 'suspended',
  Done: 'done',
  Failed: 'failed',
};

/** A face of the tracker for programs that listen rather than subscribe. */
export function jobEmitter(tracker: DockerTracker): JobEmitter {
  const emitter = new EventEmitter();
  const subscription = new Subscription();
  subscription.add(
    tracker.transitions$.subscribe((transition) => {
      emitter.emit('transition', transition);
      const name = EVENT_OF[transition.to];
      if (name) emitter.emit(name, transition);
    }),
  );
  subscription.add(
    tracker.changes$.subscribe(({ removed }) => {
      for (const job of removed) emitter.emit('removed', job);
    }),
  );
  subscription.add(
    tracker.freshness$.subscribe((freshness) => {
      emitter.emit('freshness', freshness);
    }),
  );
  const guarded = new WeakMap<object, Listener>();
  const face: JobEmitter = {
    on: (name, listener) => {
      emitter.on(name, guard(guarded, listener));
      return face;
    },
    once: (name, listener) => {
      emitter.once(name, guard(guarded, listener));
      return face;
    },
    off: (name, listener) => {
      emitter.off(name, listener && guard(guarded, listener));
      return face;
    },
    close: () => {
      subscription.unsubscribe();
      emitter.removeAllListeners();
    },
  };
  return face;
}

type Listener = (value: unknown) => void;

/** eventemitter3 stops at a listener that throws, so none may: what it throws is reported as rxjs reports a subscriber's error. */
function guard(guarded: WeakMap<object, Listener>, listener: JobEmitterEvents[keyof JobEmitterEvents]): Listener {
  const known = guarded.get(listener);
  if (known) return known;
  const safe: Listener = (value) => {
    try {
      // The emitter's names and values are tied together by JobEmitterEvents alone.
      (listener as Listener)(value);
    } catch (error) {
      setTimeout(() => {
        throw error;
      });
    }
  };
  guarded.set(listener, safe);
  return safe;
}
