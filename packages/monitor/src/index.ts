export type { Freshness, JobChanges, JobSnapshot, JobTransition, JobUsage } from '@docker-tracker/tracker';
