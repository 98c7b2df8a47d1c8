/** Linux numbers on x86 and ARM, as `kill` events carry them. @source signal(7) */
const SIGNALS = [
  '',
  'SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM',
  'SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS',
]
  .join(' ')
  .split(' ');

export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGXCPU = 24;

/** `SIGKILL` for 9; the number itself where it has no name (real-time signals). */
export function signalName(number: number): string {
  const name = SIGNALS[number] ?? '';
  return name === '' ? String(number) : name;
}
