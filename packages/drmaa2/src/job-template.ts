/**
 * What to run and how: DRMAA2's JobTemplate with the attribute names of the Go binding's JSON tags.
 * An absent attribute is unset. Times are ISO 8601 strings or Dates.
 * @source DRMAA2 section 7.4; drmaa2interface `JobTemplate`
 */
export interface JobTemplate {
  readonly remoteCommand?: string;
  readonly args?: readonly string[];
  readonly submitAsHold?: boolean;
  readonly reRunnable?: boolean;
  readonly jobEnvironment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly jobCategory?: string;
  readonly email?: readonly string[];
  readonly emailOnStarted?: boolean;
  readonly emailOnTerminated?: boolean;
  readonly jobName?: string;
  readonly inputPath?: string;
  readonly outputPath?: string;
  readonly errorPath?: string;
  readonly joinFiles?: boolean;
  readonly reservationID?: string;
  readonly queueName?: string;
  readonly minSlots?: number;
  readonly maxSlots?: number;
  readonly priority?: number;
  readonly candidateMachines?: readonly string[];
  /** KiB. */
  readonly minPhysMemory?: number;
  readonly machineOs?: string;
  readonly machineArch?: string;
  readonly startTime?: string | Date;
  readonly deadlineTime?: string | Date;
  readonly stageInFiles?: Readonly<Record<string, string>>;
  readonly stageOutFiles?: Readonly<Record<string, string>>;
  readonly resourceLimits?: Readonly<Record<string, string>>;
  readonly accountingString?: string;
  /** Flat here; the Go binding nests it as `extension.extensionList`. */
  readonly extensionList?: Readonly<Record<string, string>>;
}
