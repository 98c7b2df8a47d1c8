/**
 * The job states of DRMAA2, spelled as the Go binding (drmaa2interface) spells them.
 * @source DRMAA2 section 8.1; `drmaa2_jstate` of drmaa2.h
 */
export const JOB_STATES = [
  'Undetermined',
  'Queued',
  'QueuedHeld',
  'Running',
  'Suspended',
  'Requeued',
  'RequeuedHeld',
  'Done',
  'Failed',
] as const;

export type JobState = (typeof JOB_STATES)[number];

/** An end state: the job's run is over. @source DRMAA2 section 8.1, the "Terminated" group */
export type TerminatedState = 'Done' | 'Failed';

export function isJobState(value: unknown): value is JobState {
  return JOB_STATES.includes(value as JobState);
}

/** True for Done and Failed. */
export function isTerminated(state: JobState): state is TerminatedState {
  return state === 'Done' || state === 'Failed';
}

/** What a job may be asked to do. @source DRMAA2 section 8.2 */
export const JOB_CONTROL_ACTIONS = ['suspend', 'resume', 'terminate', 'hold', 'release'] as const;

export type JobControlAction = (typeof JOB_CONTROL_ACTIONS)[number];
