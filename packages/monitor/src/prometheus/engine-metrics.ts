import { subscribe, tracingChannel, unsubscribe, type ChannelListener } from 'node:diagnostics_channel';
import {
  ENGINE_REQUEST_CHANNEL,
  SUBSCRIBER_DROPPED_CHANNEL,
  type DroppedSubscriber,
  type EngineRequestTrace,
} from '@docker-tracker/engine-client';
import {
  EVENT_ARRIVED_CHANNEL,
  STREAM_OPENED_CHANNEL,
  VIEW_SYNCED_CHANNEL,
  type WatchMessages,
} from '@docker-tracker/tracker';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { routeOf } from '../core/route-of.js';
import type { DockerMonitor } from '../docker-monitor.js';
import { nameOf, type MetricGroup } from './job-metrics.js';

/** An event takes half a millisecond on one host; one that takes 50 ms is late. */
const LAG_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
/** An inspect takes a millisecond, a stop as long as the job wants. */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function engineMetrics(monitor: DockerMonitor, register: Registry): MetricGroup {
  const registers = [register];
  const { engine } = monitor;
  const fresh = new Gauge({
    name: 'docker_tracker_fresh',
    help: '1 while the view of the jobs is live, 0 while it is stale or being compared with the engine.',
    registers,
  });
  const reconnects = new Counter({
    name: 'docker_tracker_engine_reconnects_total',
    help: 'Event streams opened after one was lost.',
    registers,
  });
  const resyncs = new Counter({
    name: 'docker_tracker_engine_resyncs_total',
    help: 'Times that the view was compared with the list of the engine, but for the first.',
    registers,
  });
  const lag = new Histogram({
    name: 'docker_tracker_event_lag_seconds',
    help: 'Seconds from the stamp of an event to its arrival here.',
    buckets: LAG_SECONDS,
    registers,
  });
  const requests = new Histogram({
    name: 'docker_tracker_engine_request_seconds',
    help: 'Seconds from sending a request to the engine to the head of its answer.',
    labelNames: ['method', 'route', 'code'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const dropped = new Counter({
    name: 'docker_tracker_subscribers_dropped_total',
    help: 'Subscribers that were let go since they were too slow.',
    labelNames: ['what'],
    registers,
  });

  const freshness = monitor.freshness$.subscribe((now) => {
    fresh.set(now === 'live' ? 1 : 0);
  });
  const stops = [
    listen(STREAM_OPENED_CHANNEL, (opened) => {
      if (opened.engine === engine && opened.again) reconnects.inc();
    }),
    listen(VIEW_SYNCED_CHANNEL, (synced) => {
      if (synced.engine === engine && !synced.first) resyncs.inc();
    }),
    listen(EVENT_ARRIVED_CHANNEL, (arrived) => {
      if (arrived.engine === engine) lag.observe(Math.max(0, arrived.lateMs) / 1000);
    }),
    listen(SUBSCRIBER_DROPPED_CHANNEL, ({ what }) => {
      dropped.inc({ what });
    }),
    timeRequests(engine.host, ({ method, path, status }, seconds) => {
      requests.observe({ method, route: routeOf(path), code: status ?? 'none' }, seconds);
    }),
  ];
  return {
    names: [fresh, reconnects, resyncs, lag, requests, dropped].map(nameOf),
    stop: () => {
      freshness.unsubscribe();
      for (const stop of stops) stop();
    },
  };
}

interface Messages extends WatchMessages {
  readonly [SUBSCRIBER_DROPPED_CHANNEL]: DroppedSubscriber;
}

function listen<Name extends keyof Messages>(name: Name, told: (message: Messages[Name]) => void): () => void {
  const listener: ChannelListener = (message) => {
    told(message as Messages[Name]);
  };
  subscribe(name, listener);
  return () => {
    unsubscribe(name, listener);
  };
}

function timeRequests(host: string, told: (trace: EngineRequestTrace, seconds: number) => void): () => void {
  const channel = tracingChannel<unknown, EngineRequestTrace>(ENGINE_REQUEST_CHANNEL);
  const begun = new WeakMap<EngineRequestTrace, number>();
  const subscribers = {
    start: (trace: EngineRequestTrace) => {
      if (trace.host === host) begun.set(trace, performance.now());
    },
    asyncStart: (trace: EngineRequestTrace) => {
      const since = begun.get(trace);
      if (since !== undefined) told(trace, (performance.now() - since) / 1000);
    },
    end: () => undefined,
    asyncEnd: () => undefined,
    error: () => undefined,
  };
  channel.subscribe(subscribers);
  return () => {
    channel.unsubscribe(subscribers);
  };
}
