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
  inputPath:         ['not-yet', 'standard input is not connected'],
  outputPath:        ['done',    'outputPlan'],
  errorPath:         ['done',    'outputPlan'],
  joinFiles:         ['done',    'outputPlan'],
  reservationID:     ['not-yet', 'an engine knows no reservations'],
  queueName:         ['not-yet', 'an engine has no named queues'],
  minSlots:          ['kept',    'JobInfo.slots; DRMAA2 leaves open what a slot is, and here it bounds nothing'],
  maxSlots:          ['kept',    'an upper bound, which minSlots slots (or 1) never exceed'],
  priority:          ['not-yet', 'an order in the queue'],
  candidateMachines: ['done',    'Hostname'],
  minPhysMemory:     ['not-yet', 'has to be compared with the memory of the engine host'],
  machineOs:         ['done',    'platform of the create call: Linux is linux, Win and WinNT are windows'],
  machineArch:       ['done',    'platform of the create call: x64 is amd64, ARM64 arm64 and so on'],
  startTime:         ['not-yet', 'a delayed job needs the queue'],
  deadlineTime:      ['not-yet', 'needs a timer that outlives the session'],
  stageInFiles:      ['done',    'bind mounts'],
  stageOutFiles:     ['not-yet', 'nothing is copied out of the container'],
  resourceLimits:    ['not-yet', 'the request for single limits is the extension ulimit'],
  accountingString:  ['kept',    'a note for people and reports'],
};
