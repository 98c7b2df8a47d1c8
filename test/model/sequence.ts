import { EngineHttpError, type ContainerInspect } from '@docker-tracker/engine-client';
import { Drmaa2Error } from '@docker-tracker/drmaa2';
import type { JobTransition } from '@docker-tracker/tracker';
import { EngineProxy } from '../engine-proxy/index.js';
import { converged, TransitionLog } from '../real-engine/convergence.js';
import { freshnessIs } from '../real-engine/onlooker.js';
import { endsOnSignal, IMAGE, Rig } from '../real-engine/rig.js';
import type { EngineOperation, Operation, Sequence, TrackerOperation } from './operation.js';

/** What a tracker, or an engine, may answer to an operation that makes no sense at that moment, or was cut off. */
const EXPECTED_CODES = ['InvalidState', 'InvalidArgument', 'DrmCommunication', 'UnsupportedOperation'];
/** And where a question is answered with 500. */
const EXPECTED_IN_CHAOS = [...EXPECTED_CODES, 'Internal'];
/** Share of the exchanges that are broken then. */
const CHAOS_RATE = 0.08;
const EXPECTED_STATUSES = [304, 404, 409, 500];

/** Carries out the operations on a real engine and says which promises did not hold once all is quiet. */
export async function violations(host: string, { operations, chaos }: Sequence): Promise<readonly string[]> {
  await using proxy = await EngineProxy.start({ upstream: host });
  await using rig = await Rig.open({ host: proxy.host, onlooker: host });
  const trial = new Trial(rig, proxy, chaos === null ? EXPECTED_CODES : EXPECTED_IN_CHAOS);
  if (chaos !== null) proxy.chaos({ seed: chaos, rate: CHAOS_RATE });
  for (const operation of operations) await trial.carryOut(operation);
  proxy.chaos(undefined);
  return await trial.judge();
}

class Trial {
  readonly #rig: Rig;
  readonly #proxy: EngineProxy;
  readonly #log: TransitionLog;
  readonly #expected: readonly string[];
  readonly #jobs: string[] = [];
  readonly #wrong: string[] = [];
  #renames = 0;

  constructor(rig: Rig, proxy: EngineProxy, expected: readonly string[]) {
    this.#expected = expected;
    this.#rig = rig;
    this.#proxy = proxy;
    this.#log = new TransitionLog(rig.tracker);
  }

  async carryOut(operation: Operation): Promise<void> {
    const proxy = this.#proxy;
    switch (operation.kind) {
      case 'cut':
        if (operation.what === 'events') proxy.cutEvents();
        else proxy.cut();
        break;
      case 'gap':
        await proxy.down();
        for (const each of operation.meanwhile) await this.#one(each);
        await proxy.up();
        break;
      case 'stall':
        proxy.stall();
        for (const each of operation.meanwhile) await this.#one(each);
        proxy.resume();
        break;
      case 'together': {
        const all = operation.operations.map((each) => this.#one(each));
        if (operation.cut) proxy.cut();
        await Promise.all(all);
        break;
      }
      default:
        await this.#one(operation);
    }
  }

  /** With the way to the engine open again and nothing going on. */
  async judge(): Promise<readonly string[]> {
    const { tracker } = this.#rig;
    await freshnessIs(tracker, 'live');
    await Promise.all(this.#jobs.map((id) => this.#settle(id)));
    const present = await this.#converge();
    const left = present.filter((id) => !this.#jobs.includes(id)).map((id) => `${id} was left behind`);
    const endings = await Promise.all(present.map((id) => this.#judgeEndings(id)));
    return [...this.#wrong, ...left, ...this.#log.breaks(), ...endings.flat()];
  }

  /** What the last signal ends may end, or be removed, while it is looked at: then it is looked at again. */
  async #converge(): Promise<readonly string[]> {
    const { tracker, engine, events } = this.#rig;
    const before = events.count;
    const present = await this.#rig.containers();
    try {
      // Of a job that was over at first sight, the times are asked for when somebody wants them.
      await Promise.all(present.map((id) => tracker.jobInfo(id)));
      await converged(tracker, engine, present);
    } catch (error) {
      if (error instanceof EngineHttpError || events.count !== before) return await this.#converge();
      this.#wrong.push(String(error));
    }
    return present;
  }

  async #one(operation: EngineOperation | TrackerOperation): Promise<void> {
    try {
      await this.#attempt(operation);
    } catch (error) {
      const meant =
        (error instanceof Drmaa2Error && this.#expected.includes(error.code)) ||
        (error instanceof EngineHttpError && EXPECTED_STATUSES.includes(error.status));
      if (!meant) this.#wrong.push(`${JSON.stringify(operation)}: ${String(error)}`);
    }
  }

  async #attempt(operation: EngineOperation | TrackerOperation): Promise<unknown> {
    const { tracker, engine } = this.#rig;
    if (operation.kind === 'submit') return this.#submit(operation);
    if (operation.kind === 'create') return this.#create(operation.exitCode);
    const id = this.#jobs[operation.job % Math.max(this.#jobs.length, 1)];
    if (id === undefined) return undefined;
    switch (operation.kind) {
      case 'suspend':
      case 'resume':
      case 'terminate':
        return tracker.jobControl(id, operation.kind);
      case 'delete':
        return tracker.deleteJob(id);
      case 'signal':
        return engine.containers.kill(id, { signal: operation.signal });
      case 'rename':
        return engine.containers.rename(id, { name: `renamed-${id.slice(0, 8)}-${String((this.#renames += 1))}` });
      case 'remove':
        return engine.containers.remove(id, { force: true, v: true });
      case 'stop':
        return engine.containers.stop(id, { t: 0 });
      case 'restart':
        return engine.containers.restart(id, { t: 0 });
      case 'start':
        return engine.containers.start(id);
      case 'pause':
        return engine.containers.pause(id);
      case 'unpause':
        return engine.containers.unpause(id);
    }
  }

  async #submit({ exitCode, how }: TrackerOperation & { readonly kind: 'submit' }): Promise<void> {
    const script = how === 'ends' ? `exit ${String(exitCode)}` : endsOnSignal(exitCode);
    const extensionList = {
      ...(how === 'restarts' && { restart: 'on-failure:2' }),
      ...(how === 'is removed' && { rm: 'true' }),
    };
    this.#jobs.push(await this.#rig.tracker.addJob(this.#rig.sh(script, { extensionList })));
  }

  async #create(exitCode: number): Promise<void> {
    const id = await this.#rig.create({ Image: IMAGE, Cmd: ['/bin/sh', '-c', endsOnSignal(exitCode)] });
    this.#jobs.push(id);
    await this.#rig.engine.containers.start(id);
  }

  /** A job that goes on by itself is compared once it has come to rest. */
  async #settle(id: string): Promise<void> {
    const container = await this.#inspect(id);
    if (container?.State.Status !== 'restarting') return;
    // Restarting counts as running, so a wait would go on through the next run, which may be one that nothing ends.
    const starts = this.#rig.events.of(id, 'start').length;
    await this.#rig.events.seen({ action: 'start', id, count: starts + 1 });
    await this.#settle(id);
  }

  async #inspect(id: string): Promise<ContainerInspect | undefined> {
    try {
      return await this.#rig.inspect(id);
    } catch (error) {
      if (error instanceof EngineHttpError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Each `die` that the engine told is one ending with its exit code; with a policy those that it did not restart. */
  async #judgeEndings(id: string): Promise<readonly string[]> {
    const container = await this.#inspect(id);
    if (!container) return [];
    const told = this.#log.endings(id).map(({ job }: JobTransition) => job.exitStatus);
    const died = this.#rig.events.of(id, 'die').map(({ attributes }) => Number(attributes.exitCode));
    const restarts = container.HostConfig.RestartPolicy.Name === 'on-failure';
    const same = restarts ? isSubsequence(told, died) : String(told) === String(died);
    if (same) return [];
    return [`${id} died with [${String(died)}], its endings are [${String(told)}]: ${this.#log.states(id).join(' ')}`];
  }
}

function isSubsequence(part: readonly unknown[], whole: readonly unknown[]): boolean {
  let next = 0;
  for (const value of whole) if (next < part.length && part[next] === value) next += 1;
  return next === part.length;
}
