import type { JobTemplate } from '@docker-tracker/drmaa2';

type TextAttribute =
  | 'workingDirectory'
  | 'jobName'
  | 'inputPath'
  | 'outputPath'
  | 'errorPath'
  | 'queueName'
  | 'startTime'
  | 'accountingString'
  | 'machineOs'
  | 'machineArch';
type NumberAttribute = 'minSlots' | 'maxSlots' | 'priority' | 'minPhysMemory';
type FlagAttribute = 'submitAsHold' | 'joinFiles';
type MapAttribute = 'jobEnvironment' | 'stageInFiles' | 'stageOutFiles' | 'resourceLimits' | 'extensionList';

/** Where the value of a flag goes in the template. `joined`: several values of one extension, and what stands between them. */
export type TemplateTarget =
  | { readonly attribute: TextAttribute | NumberAttribute | FlagAttribute }
  | { readonly map: MapAttribute }
  | { readonly extension: string; readonly joined?: ',' | ';'; readonly flag?: true }
  | { readonly special: 'env' | 'env-file' | 'volume' };

/** One flag of `run` and `array`. */
export interface TemplateOption {
  /** As the parser takes it: docker's own spelling where docker has the flag, else the attribute's name. */
  readonly flags: string;
  /** The long name, which the parser files the value under. */
  readonly name: string;
  readonly takes: 'nothing' | 'one' | 'many';
  readonly target: TemplateTarget;
  /** For `--help`; an extension's comes from the tracker's own table. */
  readonly describes: string;
}

const NUMBER_ATTRIBUTES: ReadonlySet<keyof JobTemplate> = new Set<NumberAttribute>([
  'minSlots',
  'maxSlots',
  'priority',
  'minPhysMemory',
]);

export function isNumberAttribute(name: keyof JobTemplate): name is NumberAttribute {
  return NUMBER_ATTRIBUTES.has(name);
}

/** The one table of what flags a template is made of: parsing, help and completion all read it. */
// prettier-ignore
export const TEMPLATE_OPTIONS: readonly TemplateOption[] = [
  one('--name <name>', { attribute: 'jobName' }, 'a name for people (jobName), need not be unique'),
  // In this order: of two that set a variable the flag goes before the file, as docker has it.
  many('--env-file <file>', { special: 'env-file' }, 'environment variables, one KEY=VALUE a line'),
  many('-e, --env <key=value>', { special: 'env' }, 'an environment variable; KEY alone takes it from here'),
  one('-w, --workdir <path>', { attribute: 'workingDirectory' }, 'where the job begins, in the container'),
  many('-v, --volume <source:target>', { special: 'volume' }, 'a path of the engine host, or a volume, in the container; source:target[:modes]'),
  many('--mount <mount>', { extension: 'mounts', joined: ';' }),
  one('-u, --user <user>', { extension: 'user' }),
  one('-m, --memory <bytes>', { extension: 'memory' }),
  one('--cpus <number>', { extension: 'cpus' }),
  many('-p, --publish <port>', { extension: 'exposedPorts', joined: ',' }),
  one('--network <mode>', { extension: 'net' }),
  one('--hostname <name>', { extension: 'hostname' }),
  one('--entrypoint <program>', { extension: 'entrypoint' }),
  one('--pull <when>', { extension: 'pull' }),
  one('--platform <platform>', { extension: 'platform' }),
  flag('--rm', 'rm'),
  one('--restart <policy>', { extension: 'restart' }),
  one('--stop-signal <signal>', { extension: 'stop-signal' }),
  one('--stop-timeout <seconds>', { extension: 'stop-timeout' }),
  flag('--init', 'init'),
  flag('--privileged', 'privileged'),
  flag('--read-only', 'read-only'),
  many('--tmpfs <path>', { extension: 'tmpfs', joined: ';' }),
  one('--shm-size <bytes>', { extension: 'shm-size' }),
  many('--ulimit <limit>', { extension: 'ulimit', joined: ',' }),
  one('--gpus <number>', { extension: 'gpus' }),
  many('--device <device>', { extension: 'device', joined: ',' }),
  many('--cap-add <capability>', { extension: 'cap-add', joined: ',' }),
  many('--cap-drop <capability>', { extension: 'cap-drop', joined: ',' }),
  many('--security-opt <option>', { extension: 'security-opt', joined: ';' }),
  many('-l, --label <key=value>', { extension: 'labels', joined: ';' }),
  one('--log-driver <driver>', { extension: 'log-driver' }),
  many('--dns <address>', { extension: 'dns', joined: ',' }),
  many('--add-host <name:address>', { extension: 'add-host', joined: ',' }),
  one('--ipc <mode>', { extension: 'ipc' }),
  one('--pid <mode>', { extension: 'pid' }),
  one('--uts <mode>', { extension: 'uts' }),
  one('--suspend <how>', { extension: 'suspend' }),
  one('--terminate <how>', { extension: 'terminate' }),
  { flags: '--submit-as-hold', name: 'submitAsHold', takes: 'nothing', target: { attribute: 'submitAsHold' }, describes: 'begin held: it starts once it is released' },
  one('--start-time <time>', { attribute: 'startTime' }, 'not to start before, RFC 3339; it waits in the queue'),
  one('--input-path <file>', { attribute: 'inputPath' }, 'a file of this host for standard input; /dev/stdin passes ours on'),
  one('--output-path <file>', { attribute: 'outputPath' }, 'a file of this host for standard output'),
  one('--error-path <file>', { attribute: 'errorPath' }, 'a file of this host for standard error'),
  { flags: '--join-files', name: 'joinFiles', takes: 'nothing', target: { attribute: 'joinFiles' }, describes: 'standard error goes where standard output goes' },
  many('--stage-in <host=container>', { map: 'stageInFiles' }, 'an entry of stageInFiles, as the template takes it'),
  many('--stage-out <container=host>', { map: 'stageOutFiles' }, 'a file of the job that is copied to this host after its end'),
  many('--resource-limit <key=value>', { map: 'resourceLimits' }, 'such as WALLCLOCK_TIME=60 or OPEN_FILES=1024'),
  one('--queue-name <name>', { attribute: 'queueName' }, 'the queue'),
  one('--accounting-string <text>', { attribute: 'accountingString' }, 'the account'),
  one('--priority <number>', { attribute: 'priority' }, 'weight against other jobs'),
  one('--min-slots <number>', { attribute: 'minSlots' }, 'CPUs that the engine host must have'),
  one('--max-slots <number>', { attribute: 'maxSlots' }, 'CPUs that the job may use at most'),
  one('--min-phys-memory <KiB>', { attribute: 'minPhysMemory' }, 'memory that the engine host must have'),
  many('-x, --extension <key=value>', { map: 'extensionList' }, 'any extension of the template, by its key'),
];

function one(flags: string, target: TemplateTarget, describes = ''): TemplateOption {
  return { flags, name: nameOf(flags), takes: 'one', target, describes };
}

function many(flags: string, target: TemplateTarget, describes = ''): TemplateOption {
  return { flags, name: nameOf(flags), takes: 'many', target, describes };
}

function flag(flags: string, extension: string): TemplateOption {
  return { flags, name: nameOf(flags), takes: 'nothing', target: { extension, flag: true }, describes: '' };
}

/** `-e, --env-file <file>` is filed under `envFile`. */
function nameOf(flags: string): string {
  const long = /--([a-z-]+)/.exec(flags)?.[1] ?? '';
  return long.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
