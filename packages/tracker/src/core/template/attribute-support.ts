import type { AttributeName } from './attribute-value.js';

/** `done`: carried out. `kept`: asks for nothing, survives in the label. `not-yet`: refused when set. */
export type Support = readonly ['done' | 'kept' | 'not-yet', why: string];

/** What becomes of each attribute. Nothing that asks for an effect is dropped in silence. */
// prettier-ignore
export const ATTRIBUTE_SUPPORT: Readonly<Record<AttributeName, Support>> = {
  extensionList:     ['done',    'row by row, see EXTENSIONS'],
  remoteCommand:     ['done',    'Cmd[0]'],
  args:              ['done',    'Cmd[1:]'],
  submitAsHold:      ['not-yet', 'a held job needs the queue'],
  reRunnable:        ['kept',    'a permission to run the job again, of which no use is made; the request is the extension restart'],
  jobEnvironment:    ['done',    'Env'],
  workingDirectory:  ['done',    'WorkingDir'],
  jobCategory:       ['done',    'Image'],
  email:             ['not-yet', 'nothing here sends mail'],
  emailOnStarted:    ['not-yet', 'nothing here sends mail'],
  emailOnTerminated: ['not-yet', 'nothing here sends mail'],
  jobName:           ['done',    'container name, and given verbatim in a label'],
  inputPath:         ['done',    'OpenStdin; the file goes to standard input, which ends with it'],
  outputPath:        ['done',    'a file of the submitting host, or /dev/stdout, /dev/stderr, /dev/null'],
  errorPath:         ['done',    'the same; equal to outputPath it is one file'],
  joinFiles:         ['done',    'standard error goes to outputPath as well, errorPath is ignored'],
  reservationID:     ['not-yet', 'an engine knows no reservations'],
  queueName:         ['not-yet', 'an engine has no named queues'],
  minSlots:          ['kept',    'JobInfo.slots; DRMAA2 leaves open what a slot is, and here it bounds nothing'],
  maxSlots:          ['kept',    'an upper bound, which minSlots slots (or 1) never exceed'],
  priority:          ['not-yet', 'an order in the queue'],
  candidateMachines: ['done',    'Hostname'],
  minPhysMemory:     ['not-yet', 'has to be compared with the memory of the engine host'],
  machineOs:         ['not-yet', 'has to be compared with the engine host'],
  machineArch:       ['not-yet', 'has to be compared with the engine host'],
  startTime:         ['not-yet', 'a delayed job needs the queue'],
  deadlineTime:      ['not-yet', 'needs a timer that outlives the session'],
  stageInFiles:      ['done',    'Binds: hostPath to containerPath, or ro:, volume:; copy: is copied before the start'],
  stageOutFiles:     ['done',    'containerPath to hostPath, copied after the end and before any removal'],
  resourceLimits:    ['not-yet', 'the request for single limits is the extension ulimit'],
  accountingString:  ['kept',    'a note for people and reports'],
};
