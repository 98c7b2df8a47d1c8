import { Registry } from 'prom-client';
import type { DockerMonitor } from '../docker-monitor.js';
import { engineMetrics } from './engine-metrics.js';
import { jobMetrics } from './job-metrics.js';

export interface PrometheusOptions {
  /** Where the metrics are registered. Default: a registry of their own. */
  readonly register?: Registry | undefined;
}

export interface PrometheusMetrics {
  /** `await register.metrics()` is the text that Prometheus reads, of type `register.contentType`. */
  readonly register: Registry;
  /** Takes the metrics out of the registry and stops counting. The monitor stays open. Calling it again changes nothing. */
  close(): void;
}

/**
 * Counts what a monitor sees, from now on. All names begin with `docker_tracker_`; times are in seconds.
 *
 * `jobs{session,state}`, `job_transitions_total{session,from,to}`, `job_wait_seconds{session}` (submitted to begun),
 * `job_run_seconds{session,state}` (begun to ended), `fresh` (1 while the view is live), `engine_reconnects_total`, `engine_resyncs_total`,
 * `event_lag_seconds` (the engine's stamp to its arrival), `engine_request_seconds{method,route,code}` (to the head of the answer; code `none`
 * where there was no answer), `subscribers_dropped_total{what}`. The last one is of the whole process, requests are those of every
 * Engine object with the same host.
 *
 * Who uses it has to have installed `prom-client`. A name that the registry has already is refused by prom-client.
 */
export function prometheusMetrics(monitor: DockerMonitor, options: PrometheusOptions = {}): PrometheusMetrics {
  const register = options.register ?? new Registry();
  const parts = [jobMetrics(monitor, register), engineMetrics(monitor, register)];
  return {
    register,
    close: () => {
      for (const { names, stop } of parts.splice(0)) {
        stop();
        for (const name of names) register.removeSingleMetric(name);
      }
    },
  };
}
