import type { Container } from '../model/container.js';
import { EngineFailure } from '../model/engine-failure.js';

/** `GET …/top`: the host's `ps` on the container's processes; only the first process is modelled. */
export function topView(container: Container, psArguments: string): object {
  const columns = readColumns(psArguments);
  const values: Readonly<Record<string, string>> = {
    UID: 'root',
    USER: 'root',
    PID: `${container.pid}`,
    PPID: `${container.pid - 21}`,
    C: '0',
    STIME: '20:44',
    TTY: '?',
    TIME: '00:00:00',
    STAT: processState(container),
    S: processState(container).slice(0, 1),
    COMMAND: container.config.Cmd[0] ?? '',
    CMD: container.config.Cmd.join(' '),
  };
  if (!columns.includes('PID')) throw new EngineFailure(500, "Couldn't find PID field in ps output");
  return { Processes: [columns.map((column) => values[column] ?? '-')], Titles: columns };
}

/** `T` stopped by a signal, `D` in the v1 freezer, `S` asleep; `s` marks the leader of its process group. */
function processState(container: Container): string {
  if (container.paused) return 'Ds';
  return container.process?.stopped === true ? 'Ts' : 'Ss';
}

function readColumns(psArguments: string): readonly string[] {
  const custom = [...psArguments.matchAll(/-?o\s*([\w,]+)/g)].flatMap(([, names = '']) => names.split(','));
  if (custom.length === 0) return ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'];
  return custom.map((name) => TITLES[name] ?? name.toUpperCase());
}

const TITLES: Readonly<Record<string, string>> = { comm: 'COMMAND', args: 'COMMAND', state: 'S', cmd: 'CMD' };
