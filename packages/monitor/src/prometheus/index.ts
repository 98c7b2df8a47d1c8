export { prometheusMetrics, type PrometheusMetrics, type PrometheusOptions } from './prometheus-metrics.js';
