import type { AttributeName } from './attribute-value.js';

/**
 * `done`: carried out. `kept`: asks for nothing, survives in the label. `notified`: told to the tracker's `notifier`, refused where it has none.
 * `refused`: when set, on purpose, since nothing in Docker could carry it out.
 */
export type Support = readonly ['done' | 'kept' | 'notified' | 'refused', why: string];

/** What becomes of each attribute. Nothing that asks for an effect is dropped in silence. */
// prettier-ignore
export const ATTRIBUTE_SUPPORT: Readonly<Record<AttributeName, Support>> = {
  extensionList:     ['done',    'row by row, see EXTENSIONS'],
  remoteCommand:     ['done',    'Cmd[0]'],
  args:              ['done',    'Cmd[1:]'],
  submitAsHold:      ['done',    'created, not started, until it is released'],
  reRunnable:        ['kept',    'a permission to run the job again, of which no use is made; the request is the extension restart'],
  jobEnvironment:    ['done',    'Env'],
  workingDirectory:  ['done',    'WorkingDir'],
  jobCategory:       ['done',    'Image'],
  email:             ['notified', 'given to the notifier of the tracker; nothing here sends mail without one'],
  emailOnStarted:    ['notified', 'the notifier is told when the job starts; nothing here sends mail without one'],
  emailOnTerminated: ['notified', 'the notifier is told when the job ends; nothing here sends mail without one'],
  jobName:           ['done',    'container name, and given verbatim in a label'],
  inputPath:         ['done',    'OpenStdin; the file goes to standard input, which ends with it'],
  outputPath:        ['done',    'a file of the submitting host, or /dev/stdout, /dev/stderr, /dev/null'],
  errorPath:         ['done',    'the same; equal to outputPath it is one file'],
  joinFiles:         ['done',    'standard error goes to outputPath as well, errorPath is ignored'],
  reservationID:     ['refused', 'an engine knows no reservations'],
  queueName:         ['done',    'label drmaa2_queuename, and JobInfo.queueName'],
  minSlots:          ['done',    'CPUs that the engine host must have; JobInfo.slots'],
  maxSlots:          ['done',    'NanoCpus, at most the CPUs of the engine host; the extension cpus goes before'],
  priority:          ['done',    'waiting jobs of a higher one are started first; CpuShares: 1024 and this'],
  candidateMachines: ['done',    'Hostname'],
  minPhysMemory:     ['done',    'MemoryReservation, KiB; the engine host must have it'],
  machineOs:         ['done',    'platform of the create call: Linux is linux, Win and WinNT are windows'],
  machineArch:       ['done',    'platform of the create call: x64 is amd64, ARM64 arm64 and so on'],
  startTime:         ['done',    'created, and started then by a tracker of the session; one that has passed starts at once'],
  deadlineTime:      ['done',    'a job that has not ended by then is ended by any open tracker, one that waits is cancelled; past, or not after startTime, is refused'],
  stageInFiles:      ['done',    'Binds: hostPath to containerPath, or ro:, volume:; copy: is copied before the start'],
  stageOutFiles:     ['done',    'containerPath to hostPath, copied after the end and before any removal'],
  resourceLimits:    ['done',    'Ulimits; VIRTUAL_MEMORY is Memory and MemorySwap; WALLCLOCK_TIME a timer of every open tracker; CPU_TIME a ulimit of each process, and ended by any open tracker for the sum of them'],
  accountingString:  ['done',    'label drmaa2_accountingid'],
};
