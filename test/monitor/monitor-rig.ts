import { DockerMonitor, type DockerMonitorOptions, type JobChanges, type JobSnapshot } from '@docker-tracker/monitor';
import { filter, firstValueFrom, timeout, type Observable } from 'rxjs';
import { Rig } from '../real-engine/rig.js';

/** A wait that something hangs, never that it is slow. */
const LIMIT_MS = 60_000;

/** A session on a real engine, and a monitor of that engine on the same Engine object. */
export class MonitorRig implements AsyncDisposable {
  readonly rig: Rig;
  readonly monitor: DockerMonitor;

  static async open(
    options: DockerMonitorOptions & { readonly rig?: Parameters<typeof Rig.open>[0] } = {},
  ): Promise<MonitorRig> {
    const { rig: rigOptions, ...forMonitor } = options;
    const rig = await Rig.open(rigOptions);
    try {
      return new MonitorRig(rig, await DockerMonitor.open({ engine: rig.tracker.engine, ...forMonitor }));
    } catch (error) {
      await rig[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(rig: Rig, monitor: DockerMonitor) {
    this.rig = rig;
    this.monitor = monitor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.monitor.close();
    await this.rig[Symbol.asyncDispose]();
  }
}

/** The first value that is so. */
export function firstThat<Value>(values$: Observable<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  return firstValueFrom(values$.pipe(filter(isSo), timeout(LIMIT_MS)));
}

/** All that changes told so far, as `added`, `changed` and `removed` with the job's state. */
export class ChangeLog {
  readonly lines: string[] = [];
  readonly stop: () => void;

  constructor(changes$: Observable<JobChanges>, nameOf: (job: JobSnapshot) => string = ({ state }) => state) {
    const subscription = changes$.subscribe((changes) => {
      for (const kind of ['added', 'changed', 'removed'] as const) {
        for (const job of changes[kind]) this.lines.push(`${kind} ${nameOf(job)}`);
      }
    });
    this.stop = () => {
      subscription.unsubscribe();
    };
  }
}
