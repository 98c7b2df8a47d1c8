export { DashboardServer, type DashboardOptions } from './dashboard-server.js';
export type { DashboardSource } from './dashboard-source.js';
