import { parseTimestamp } from '@docker-tracker/drmaa2';
import { Engine, EngineOverflowError } from '@docker-tracker/engine-client';
import { prometheusMetrics, type PrometheusMetrics } from '@docker-tracker/monitor/prometheus';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { engineHost } from '../real-engine/rig.js';
import { firstThat, MonitorRig } from './monitor-rig.js';

/** Lines of the text that Prometheus reads, by what stands before the value; those of one session where one is given. */
async function read({ register }: PrometheusMetrics, session?: string): Promise<ReadonlyMap<string, number>> {
  const lines = (await register.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const values = lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))] as const);
  const label = `session="${session ?? ''}"`;
  return new Map(values.filter(([key]) => session === undefined || key.includes(label)));
}

describe('the metrics', () => {
  it('count jobs, transitions, waits and runs of each session', async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const { session } = rig;
    const metrics = prometheusMetrics(monitor);
    const runs = await rig.sleeper();
    const failed = await rig.tracker.addJob(rig.sh('sleep 1; exit 3'));
    await rig.tracker.wait(failed, ['Failed']);
    const { startedAt, finishedAt } = await firstThat(monitor.job$(failed), (job) => job.finishedAt !== undefined);
    const ran = Number(parseTimestamp(finishedAt)! - parseTimestamp(startedAt)!) / 1e9;
    expect(ran).toBeGreaterThan(0);
    // The changes of this turn of the event loop.
    await new Promise(setImmediate);
    const told = await read(metrics, session);
    expect(told.get(`docker_tracker_jobs{session="${session}",state="Running"}`)).toBe(1);
    expect(told.get(`docker_tracker_jobs{session="${session}",state="Failed"}`)).toBe(1);
    const transition = (from: string, to: string): string =>
      `docker_tracker_job_transitions_total{session="${session}",from="${from}",to="${to}"}`;
    expect(told.get(transition('Queued', 'Running'))).toBe(2);
    expect(told.get(transition('Running', 'Failed'))).toBe(1);
    expect(told.get(`docker_tracker_job_wait_seconds_count{session="${session}"}`)).toBe(2);
    expect(told.get(`docker_tracker_job_run_seconds_count{session="${session}",state="Failed"}`)).toBe(1);
    expect(told.get(`docker_tracker_job_run_seconds_sum{session="${session}",state="Failed"}`)).toBeCloseTo(ran, 9);
    await rig.tracker.jobControl(runs, 'terminate');
    await rig.tracker.deleteJob(runs);
    const after = await read(metrics, session);
    expect(after.has(`docker_tracker_jobs{session="${session}",state="Running"}`)).toBe(false);
    metrics.close();
    expect(await metrics.register.metrics()).toBe('\n');
  });

  it('tell of requests, of late events, and of a stream that was lost', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using engine = await Engine.connect({ host: proxy.host });
    await using both = await MonitorRig.open({ rig: { engine } });
    const { rig, monitor } = both;
    const metrics = prometheusMetrics(monitor);
    await firstThat(monitor.freshness$, (freshness) => freshness === 'live');
    expect((await read(metrics)).get('docker_tracker_fresh')).toBe(1);
    await rig.tracker.addJob(rig.template(['true']));
    await expect(engine.containers.inspect('f'.repeat(64))).rejects.toMatchObject({ status: 404 });
    const count = (method: string, route: string, code: string): string =>
      `docker_tracker_engine_request_seconds_count{method="${method}",route="${route}",code="${code}"}`;
    const before = await read(metrics);
    expect(before.get(count('POST', '/containers/create', '201'))).toBe(1);
    expect(before.get(count('POST', '/containers/{id}/start', '204'))).toBe(1);
    expect(before.get(count('GET', '/containers/{id}/json', '404'))).toBe(1);
    expect(before.get('docker_tracker_event_lag_seconds_count')).toBeGreaterThanOrEqual(2);
    expect(before.get('docker_tracker_engine_reconnects_total')).toBe(0);
    const stale = firstThat(monitor.freshness$, (freshness) => freshness === 'stale');
    expect(proxy.cutEvents()).toBe(1);
    await stale;
    expect((await read(metrics)).get('docker_tracker_fresh')).toBe(0);
    await firstThat(monitor.freshness$, (freshness) => freshness === 'live');
    const after = await read(metrics);
    expect(after.get('docker_tracker_engine_reconnects_total')).toBeGreaterThanOrEqual(1);
    expect(after.get('docker_tracker_engine_resyncs_total')).toBeGreaterThanOrEqual(1);
    expect(after.get(count('GET', '/containers/json', '200'))).toBeGreaterThanOrEqual(1);
    metrics.close();
  });

  it('count a reader of events that was let go', async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const metrics = prometheusMetrics(monitor);
    const id = await rig.create();
    const events = rig.engine.events({ filters: { container: [id] }, since: '0', bufferLimit: 1 });
    const reader = events[Symbol.asyncIterator]();
    const first = await reader.next();
    expect(first.done).toBe(false);
    for (const name of ['one', 'two', 'three', 'four']) {
      await rig.engine.containers.rename(id, { name: `${rig.session}-${name}` });
    }
    await expect(drained(reader)).rejects.toBeInstanceOf(EngineOverflowError);
    expect((await read(metrics)).get('docker_tracker_subscribers_dropped_total{what="events"}')).toBe(1);
    metrics.close();
  });

  it('stop with their monitor and stay readable', async () => {
    await using both = await MonitorRig.open();
    const metrics = prometheusMetrics(both.monitor);
    await both.monitor.close();
    expect((await read(metrics)).get('docker_tracker_fresh')).toBe(0);
    metrics.close();
  });
});

async function drained(reader: AsyncIterator<unknown>): Promise<void> {
  while ((await reader.next()).done !== true);
}
