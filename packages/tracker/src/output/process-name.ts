import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, so that another one can tell whether it is still there, and is not a later one of the same number. */
export interface ProcessName {
  readonly host: string;
  readonly pid: number;
  /** Of the kernel: numbers mean nothing across a boot, or in another namespace. Empty where the system does not tell. */
  readonly boot: string;
  readonly namespace: string;
  /** When it started, in the kernel's own count. Empty where the system does not tell. */
  readonly startedAt: string;
}

let known: ProcessName | undefined;

export function thisProcess(): ProcessName {
  known ??= {
    host: hostname(),
    pid: process.pid,
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: told(() => readlinkSync('/proc/self/ns/pid')),
    startedAt: startOf('self'),
  };
  return known;
}

/**
 * Whether a process may still be there. One of another host, or of another process namespace, cannot be judged from here and
 * counts as alive: two writers of one file are worse than none.
 */
export function isAlive({ host, pid, boot, namespace, startedAt }: ProcessName): boolean {
  const here = thisProcess();
  if (host !== here.host) return true;
  if (boot !== here.boot) return false;
  if (namespace !== here.namespace) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return startedAt === '' || startedAt === startOf(String(pid));
}

/** Field 22 of stat, counted behind the command, which may hold blanks. A zombie has ended. @source proc(5) */
function startOf(pid: string): string {
  return told(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
  });
}

function told(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
