import type { Container } from '../model/container.js';
import { EngineFailure } from '../model/engine-failure.js';

/** `GET …/top`: the host's `ps` on the container's processes; only the first process is modelled. */
export function topView(container: Container, psArguments: string): object {
  const names = readColumns(psArguments);
  const titles = names.map((name) => TITLES[name] ?? name.toUpperCase());
  if (!titles.includes('PID')) throw new EngineFailure(500, "Couldn't find PID field in ps output");
  const state = processState(container);
  const command = [...container.config.Entrypoint, ...container.config.Cmd];
  const values: Readonly<Record<string, string>> = {
    uid: 'root',
    user: 'root',
    pid: `${container.pid}`,
    ppid: `${container.pid - 21}`,
    c: '0',
    stime: '20:44',
    tty: '?',
    time: '00:00:00',
    stat: state,
    state: state.slice(0, 1),
    s: state.slice(0, 1),
    comm: command[0] ?? '',
    args: command.join(' '),
    cmd: command.join(' '),
  };
  return { Processes: [names.map((name) => values[name] ?? '-')], Titles: titles };
}

/** `T` stopped by a signal, `D` in the v1 freezer, `S` asleep; `s` marks the leader of its process group. */
function processState(container: Container): string {
  if (container.paused) return 'Ds';
  return container.process?.stopped === true ? 'Ts' : 'Ss';
}

function readColumns(psArguments: string): readonly string[] {
  const custom = [...psArguments.matchAll(/-?o\s*([\w,]+)/g)].flatMap(([, names = '']) => names.split(','));
  return custom.length === 0 ? ['uid', 'pid', 'ppid', 'c', 'stime', 'tty', 'time', 'cmd'] : custom;
}

const TITLES: Readonly<Record<string, string>> = { comm: 'COMMAND', args: 'COMMAND', state: 'S' };
