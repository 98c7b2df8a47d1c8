import { reduce } from '../../packages/tracker/dist/core/job/reduce.js';
import { jobStatus } from '../../packages/tracker/dist/core/job/job-status.js';
import { ROWS, STATE_TABLE } from '../../packages/tracker/dist/core/job/state-table.js';
import { EVENT_ACTIONS } from '../../packages/tracker/dist/core/job/observation.js';
import { runFacts } from '../../packages/tracker/dist/core/job/observe.js';
import * as labels from '../../packages/tracker/dist/core/label/label-names.js';
import { markdownTable } from './markdown-table.mjs';

// What is printed is what `reduce` and `jobStatus` really answer.

const START = '1970-01-01T00:00:09Z';
const END = '1970-01-01T00:00:19Z';
const second = (seconds) => BigInt(seconds) * 1_000_000_000n;
const own = { [labels.SESSION_LABEL]: 'docs' };
const queued = { ...own, [labels.DISPATCH_LABEL]: '1' };

const container = { id: 'docs', image: 'busybox', name: 'NAME' };

function inspect(state, { name = 'NAME', jobLabels = own, at = 10 } = {}) {
  const asOf = second(at);
  const zero = '0001-01-01T00:00:00Z';
  const none = { Running: false, Paused: false, Restarting: false, OOMKilled: false, Dead: false, Pid: 0, ExitCode: 0 };
  const run = runFacts({ Status: '', ...none, Error: '', StartedAt: zero, FinishedAt: zero, ...state });
  const details = {
    asOf,
    createdAt: zero,
    hostname: '',
    user: '',
    command: [],
    workingDirectory: '',
    restartPolicy: 'no',
  };
  const more = { restartCount: 0, autoRemove: false, tty: false, pid: 1 };
  return {
    kind: 'inspect',
    ...container,
    name,
    order: at,
    asOf,
    labels: jobLabels,
    run,
    details: { ...details, ...more },
  };
}

const event = (action, at, more = {}) => ({
  kind: 'event',
  ...container,
  name: '',
  order: at,
  action,
  at: second(at),
  labels: own,
  ...more,
});
const absent = (at) => ({ kind: 'absent', id: 'docs', asOf: second(at), sentOrder: at });
const created = (name, more = {}) => inspect({ Status: 'created', ...more }, { name, jobLabels: queued });
const running = (more = {}) => inspect({ Status: 'running', Running: true, StartedAt: START, ...more });
const exited = (ExitCode, more = {}) =>
  inspect({ Status: 'exited', ExitCode, StartedAt: START, FinishedAt: END, ...more }, { at: 20 });
const oom = event('oom', 12);
const signalled = (signal) => event('kill', 12, { signal });

const limited = { ...own, [labels.WALLCLOCK_LABEL]: '10' };
const killedAtLimit = { Status: 'exited', ExitCode: 137, StartedAt: START, FinishedAt: END };

const STATES = [
  ['`created`, name ends in `.queued-…`', created('NAME.queued-1')],
  ['`created`, name ends in `.held-…`', created('NAME.held-1')],
  ['`created`, name ends in `.cancelled-…`', created('NAME.cancelled-1')],
  ['`created`, claimed: name ends in `.claim-…` or `.slot-K`', created('NAME.claim-1')],
  ['`created`, to be started at once', created('NAME')],
  ['`created`, name ends in `.new` (an array still being created)', created('NAME.new')],
  ['`created`, its start failed', created('NAME', { ExitCode: 127, Error: 'no such file' })],
  ["`created` without the tracker's dispatch label", inspect({ Status: 'created' })],
  ['`running`', running()],
  ['`running`, its health check fails', running(), event('health_status', 12, { health: 'unhealthy' })],
  ['`running`, a child was killed for memory', running(), oom],
  ['`paused`', running({ Status: 'paused', Paused: true })],
  ['`running`, its first process was stopped by SIGSTOP', running(), signalled(19)],
  ['`restarting`', running({ Status: 'restarting', Restarting: true })],
  ['`exited` with 0', exited(0)],
  ['`exited` with 0, a child was killed for memory', exited(0, { OOMKilled: true })],
  ['`exited` with another code', exited(3)],
  ['`exited` with another code, killed for memory', exited(137, { OOMKilled: true })],
  ['`exited` with 128 + the signal that was sent last', running(), signalled(9), exited(137)],
  ['`exited` by a signal, and its WALLCLOCK_TIME was over', inspect(killedAtLimit, { jobLabels: limited, at: 20 })],
  ['`removing` or `dead` after a run: as `exited`', exited(0, { Status: 'dead' })],
  ['`removing` or `dead`, never started', inspect({ Status: 'removing' })],
  ['no status at all, but the flag OOMKilled', inspect({ OOMKilled: true })],
  ['another word, say `dreaming`', inspect({ Status: 'dreaming' })],
  ['not there any more, had ended with 0', exited(0), event('destroy', 30)],
  ['not there any more, had ended with another code', exited(3), event('destroy', 30)],
  ['not there any more, its end was never seen', running(), absent(30)],
];

const CELLS = {
  stay: 'tells nothing new about the state',
  ignore: 'no record is made',
  sight: 'first sight of the container: the record is made, and an inspect asked where the event is not its `create`',
  begin: 'a run begins; where an answer told its end already, an inspect is asked instead',
  'same-run':
    'the start of the run that an answer showed already; after a `die` that no inspect has judged, the next run',
  end: 'the run has ended; under a restart policy, or while the policy is not known, an inspect decides',
  'own-end': 'the `die` of an end that an answer told already',
  'late-end': 'decides what was lost',
  freeze: 'the job is paused',
  thaw: 'the job is paused no more',
  signal: 'SIGSTOP stops the job, SIGCONT continues it, any other is remembered as what may end it',
  oom: 'the kernel killed something in the container',
  health: 'the health check changed its mind',
  policy: 'the restart policy may have changed: an inspect is asked, and no `die` is final before its answer',
  remove: 'the container is gone',
  ask: 'the event cannot tell; an inspect does',
  resync: 'impossible unless something was missed: an inspect is asked, and the list is read again',
};

function stateOf(observations) {
  const record = observations.reduce((known, observation) => reduce(known, observation).record, undefined);
  const { state, subState } = jobStatus(record);
  return [state, subState === '' ? '' : `\`${subState}\``];
}

/** Each container that is told to the reducer, and its answer. */
export function states() {
  const rows = STATES.map(([title, ...observations]) => [title, ...stateOf(observations)]);
  return markdownTable(['Docker says', 'Job state', 'Sub-state'], rows);
}

/** What an event does, by where the job stands. */
export function events() {
  const rows = EVENT_ACTIONS.map((action) => [`\`${action}\``, ...ROWS.map((row) => STATE_TABLE[row][action])]);
  return markdownTable(['Event', ...ROWS], rows);
}

/** What each cell of that table does. */
export function cells() {
  return markdownTable(['Cell', 'What it does'], cellRows());
}

function cellRows() {
  const used = new Set(ROWS.flatMap((row) => EVENT_ACTIONS.map((action) => STATE_TABLE[row][action])));
  const unexplained = [...used].filter((cell) => !(cell in CELLS));
  if (unexplained.length > 0) throw new Error(`state-table: no explanation of ${unexplained.join(', ')}`);
  return Object.entries(CELLS)
    .filter(([cell]) => used.has(cell))
    .map(([cell, text]) => [`\`${cell}\``, text]);
}
