/** Linux numbers on x86 and arm, the ones that `kill` events carry. */
const SIGNALS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ABRT: 6,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  WINCH: 28,
};

export const SIGKILL = 9;
export const SIGTERM = 15;
export const SIGCONT = 18;
export const SIGSTOP = 19;
/** Highest number the engine takes. */
export const LAST_SIGNAL = 64;

/** Signals whose default action leaves a process alone. */
export const HARMLESS_SIGNALS: ReadonlySet<number> = new Set([17, 18, 23, 28]);

/** `SIGTERM`, `TERM`, `term` or `15`; undefined for an unknown name. Numbers are not judged here. */
export function parseSignal(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number(text);
  return SIGNALS[text.toUpperCase().replace(/^SIG/, '')];
}
