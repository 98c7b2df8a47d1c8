import type { Cancellable, Machine } from '@docker-tracker/drmaa2';
import type { EngineJobs } from '@docker-tracker/tracker';
import {
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  from,
  interval,
  map,
  of,
  ReplaySubject,
  retry,
  share,
  switchMap,
  takeWhile,
  tap,
  type Observable,
} from 'rxjs';
import { machineOfEngine } from '../core/machine/machine-of-engine.js';
import { isThisHost, loadNow, thisHost } from './this-host.js';

/** The kernel computes its averages anew every five seconds. */
const LOAD_MS = 5_000;

/** Whom the machine is asked of. */
export type MachineSource = Pick<EngineJobs, 'engineInfo' | 'freshness$'>;

/** The machine that an engine runs on. */
export class EngineMachine {
  readonly #jobs: MachineSource;
  /**
   * As it stands, then as often as its load is measured or it comes and goes. The engine is asked once, and again when it was away;
   * where it gave no answer, as often as the load is measured.
   */
  readonly machine$: Observable<Machine>;

  constructor(jobs: MachineSource) {
    this.#jobs = jobs;
    this.machine$ = this.#watch().pipe(share({ connector: () => new ReplaySubject(1) }));
  }

  async now(options: Cancellable = {}): Promise<Machine> {
    const info = await this.#jobs.engineInfo(options);
    return machineOfEngine(info, isThisHost(info) ? await thisHost() : {}, true);
  }

  #watch(): Observable<Machine> {
    return defer(() => {
      let last: Machine | undefined;
      const present$ = defer(() => from(this.now())).pipe(
        tap((machine) => (last = machine)),
        switchMap((machine) => concat(of(machine), machine.load === undefined ? EMPTY : withLoad(machine))),
        // An engine that went away is not asked meanwhile; freshness tells that, and when it is back.
        retry({ delay: LOAD_MS }),
      );
      return this.#jobs.freshness$.pipe(
        takeWhile((freshness) => freshness !== 'closed', true),
        filter((freshness) => freshness !== 'syncing'),
        distinctUntilChanged(),
        switchMap((freshness) => {
          if (freshness === 'live') return present$;
          if (freshness === 'closed') return EMPTY;
          return last ? of({ ...last, available: false }) : EMPTY;
        }),
      );
    });
  }
}

function withLoad(machine: Machine): Observable<Machine> {
  return interval(LOAD_MS).pipe(
    map(() => {
      const load = loadNow();
      return load === undefined ? machine : { ...machine, load };
    }),
  );
}
