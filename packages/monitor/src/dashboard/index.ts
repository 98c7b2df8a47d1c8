export { DashboardServer, type DashboardOptions } from './dashboard-server.js';
export type { DashboardMachine, DashboardSource, DashboardUsage, StateSpan } from './dashboard-source.js';
