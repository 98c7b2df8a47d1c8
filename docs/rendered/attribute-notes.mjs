/**
 * What each attribute of a JobTemplate means, and when it is refused. A wrong type, a NUL and a lone surrogate are refused everywhere.
 * @type {Readonly<Record<string, readonly [meaning: string, refused: string]>>}
 */
export const ATTRIBUTE_NOTES = {
  extensionList: [
    'requests that DRMAA2 has no attribute for',
    'a known key has a bad value; with strictExtensions an unknown key',
  ],
  remoteCommand: ['the command', 'empty, unless image-command=true; set together with that'],
  args: ['its arguments, never split', 'set together with image-command=true'],
  submitAsHold: ['begin held', 'never'],
  reRunnable: ['the job may be run again', 'never'],
  jobEnvironment: ['environment variables', 'a key is empty or holds = or NUL'],
  workingDirectory: ['where the job begins, in the container', 'not absolute; a placeholder that cannot be replaced'],
  jobCategory: ['the image', 'empty, or not installed'],
  email: ['whom to write to', '-'],
  emailOnStarted: ['write at the start', '-'],
  emailOnTerminated: ['write at the end', '-'],
  jobName: ['a name for people, need not be unique', 'over 200 characters, a control character'],
  inputPath: [
    'file for standard input; a job that still waits when its tracker is closed or its process ends is cancelled',
    'it cannot be read; a placeholder that cannot be replaced',
  ],
  outputPath: [
    'file for standard output',
    'it cannot be written; a FIFO that nobody reads; a placeholder that cannot be replaced',
  ],
  errorPath: [
    'file for standard error',
    'it cannot be written; a FIFO that nobody reads; a placeholder that cannot be replaced',
  ],
  joinFiles: ['both streams into outputPath', 'never'],
  reservationID: ['run inside a reservation', '-'],
  queueName: ['the queue', 'never'],
  minSlots: ['slots at least; a slot is a CPU', 'the engine host has fewer CPUs; the extension cpus is less'],
  maxSlots: ['slots at most', 'below minSlots'],
  priority: ['who is started first, and weight against other jobs', 'below -1022 or above 261120'],
  candidateMachines: [
    'hosts to run on; here the hostname of the job',
    'more than one; no hostname; with hostname or uts=host',
  ],
  minPhysMemory: ['memory of the host, KiB', 'the engine host has less; memory or VIRTUAL_MEMORY is less'],
  machineOs: ['operating system', 'Docker has no containers of it; the image is of another; with platform'],
  machineArch: ['processor', 'OCI has no word for it; the image is of another; with platform'],
  startTime: ['earliest start', 'no RFC 3339 time'],
  deadlineTime: ['latest end', 'no RFC 3339 time; it has passed; it is not after startTime'],
  stageInFiles: ['files into the job', 'a path has a colon; a target is not absolute, is /, or is used twice'],
  stageOutFiles: [
    'files out of the job',
    'a key is not absolute, or /; a target is empty, /, used twice, waited for by another job, or its folder is not there',
  ],
  resourceLimits: [
    'limits, see below',
    'a key is unknown (UnsupportedAttribute); a value is no whole number from 1; ulimit or memory limits the same',
  ],
  accountingString: ['account', 'never'],
};
