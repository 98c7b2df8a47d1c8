/** Names of Linux signals without their prefix; real-time ones are matched apart. @source signal(7) */
const NAMES: ReadonlySet<string> = new Set([
  ...['HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'IOT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE', 'ALRM'],
  ...['TERM', 'STKFLT', 'CHLD', 'CLD', 'TSTP', 'TTIN', 'TTOU', 'URG', 'XCPU', 'XFSZ', 'VTALRM', 'PROF', 'WINCH'],
  ...['IO', 'POLL', 'PWR', 'SYS'],
]);
/** SIGCONT and SIGSTOP: what resume and suspend send. As a stop signal they would end no job and would cancel its policy. */
const NOT_STOPPING = [18, 19];
const REAL_TIME = /^RTM(?:IN(?:\+(?:[1-9]|1[0-5]))?|AX(?:-(?:[1-9]|1[0-4]))?)$/;

/** What a container is asked to stop with where neither template nor image says: the engine's own default, made explicit. */
export const DEFAULT_STOP_SIGNAL = 'SIGTERM';

/**
 * A stop signal: a Linux name with or without SIG, upper case, or a number from 1 to 64; kept as written.
 * @returns undefined for anything else, and for SIGSTOP and SIGCONT.
 */
export function parseStopSignal(text: string): string | undefined {
  if (/^[1-9]\d?$/.test(text)) {
    const number = Number(text);
    return number <= 64 && !NOT_STOPPING.includes(number) ? text : undefined;
  }
  const name = text.startsWith('SIG') ? text.slice(3) : text;
  return NAMES.has(name) || REAL_TIME.test(name) ? text : undefined;
}
