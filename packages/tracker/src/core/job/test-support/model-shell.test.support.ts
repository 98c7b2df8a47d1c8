import { observeEvent, observeInspect, observeRow, observeTop } from '../observe.js';
import type { JobRecord } from '../job-record.js';
import { jobStatus } from '../job-status.js';
import { MODEL_ID, ModelContainer, type Command, type ModelOptions } from './model-container.test.support.js';
import type { JobTransition, Observation } from '../observation.js';
import { reduce } from '../reduce.js';
import { parseTimestamp } from '../timestamp.js';

/** What happens next: to the container, on the stream, or to a question under way. */
export type Step =
  | { readonly step: 'command'; readonly command: Command }
  /** `late`: another event goes first, as `stop` before `die`. */
  | { readonly step: 'deliver'; readonly how: 'once' | 'twice' | 'never' | 'late' }
  /** Something else on the engine is heard of: the youngest stamp rises, as far as the events on their way allow. */
  | { readonly step: 'elsewhere' }
  | { readonly step: 'ask'; readonly what: 'inspect' | 'top' | 'list' }
  /** The engine makes its answer. */
  | { readonly step: 'answer'; readonly which: number }
  /** The answer arrives. */
  | { readonly step: 'arrive'; readonly which: number };

interface Question {
  readonly what: 'inspect' | 'top' | 'list';
  /** Waits for one of its kind that is under way. */
  waits: boolean;
  asOf: bigint;
  sentOrder: number;
  answer?: () => Observation | undefined;
}

/** Carries observations from the model to `reduce` as the shell does: in whatever order, with whatever delay it is told to. */
export class ModelShell {
  readonly model: ModelContainer;
  readonly told: Observation[] = [];
  readonly transitions: JobTransition[] = [];
  /** Places of the run that the record has been at. */
  readonly places: string[] = [];
  record: JobRecord | undefined;
  highest = 0n;
  #order = 0;
  #delivered = 0;
  #heldBack: number | undefined;
  readonly #questions: Question[] = [];

  constructor(options: ModelOptions) {
    this.model = new ModelContainer(options);
  }

  run(step: Step): void {
    switch (step.step) {
      case 'command':
        this.model.run(step.command);
        break;
      case 'deliver':
        this.deliver(step.how);
        break;
      case 'elsewhere':
        this.#hear((this.model.events[this.#heldBack ?? this.#delivered]?.timeNano ?? this.model.now + 1n) - 1n);
        break;
      case 'ask':
        this.ask(step.what, true);
        break;
      case 'answer':
        this.#answer(this.#questions[step.which]);
        break;
      case 'arrive':
        this.#arrive(step.which);
        break;
    }
  }

  deliver(how: 'once' | 'twice' | 'never' | 'late'): void {
    const index = this.#delivered;
    if (index >= this.model.events.length) {
      this.#deliverHeldBack();
      return;
    }
    this.#delivered += 1;
    if (how === 'never') return;
    if (how === 'late' && this.#heldBack === undefined && this.#mayOvertake(index)) {
      this.#heldBack = index;
      return;
    }
    this.#event(index);
    if (how === 'twice') this.#event(index);
    this.#deliverHeldBack();
  }

  /** One question of a kind is under way for a job and one more waits, unless somebody asks on his own (`apart`). */
  ask(what: Question['what'], apart = false): void {
    const underWay = this.#questions.filter((question) => question.what === what);
    if (!apart && underWay.some(({ waits }) => waits)) return;
    const waits = !apart && underWay.length > 0;
    this.#questions.push({ what, waits, asOf: this.highest, sentOrder: (this.#order += 1) });
  }

  /** All that is on its way arrives, and all that this calls for, until nothing is asked any more. */
  drain(): void {
    for (let rounds = 0; rounds < 200; rounds += 1) {
      while (this.#delivered < this.model.events.length || this.#heldBack !== undefined) this.deliver('once');
      this.model.settle();
      if (this.#questions.length === 0) return;
      this.#arrive(this.#questions.findIndex(({ waits }) => !waits));
    }
    throw new Error('the fold asks for ever');
  }

  /** A sync as the shell does it: list, the inspects that it calls for, tops, and absences last. */
  sync(): void {
    // An answer about a container of which nothing is known makes a record whenever it comes; only a later list can take it back.
    if (!this.record)
      this.#questions.splice(0).forEach((question) => {
        this.#fold(question);
      });
    this.#delivered = this.model.events.length;
    this.#heldBack = undefined;
    this.highest = this.model.now;
    const sentOrder = (this.#order += 1);
    const row = this.model.row();
    if (row) this.fold(observeRow(row, { order: (this.#order += 1), asOf: this.highest }));
    this.drain();
    if (!row) this.fold({ kind: 'absent', id: MODEL_ID, asOf: this.highest, sentOrder });
    else if (this.record?.run.phase !== 'ended') {
      this.ask('inspect');
      this.drain();
    }
    if (this.record?.run.phase === 'running') this.ask('top');
    this.drain();
  }

  fold(observation: Observation): void {
    this.told.push(observation);
    const { record, transitions, effects } = reduce(this.record, observation);
    this.record = record;
    this.transitions.push(...transitions);
    if (record) this.#note(record);
    for (const effect of effects) this.ask(effect.type === 'resync' ? 'list' : effect.type);
  }

  #note(record: JobRecord): void {
    const { phase, startedAt, startEventAt } = record.run;
    if (phase === 'unknown') return;
    const run = startedAt ?? this.model.starts.get(startEventAt ?? 0n);
    const place = phase === 'created' ? phase : `${phase} ${run}`;
    if (run === undefined && phase !== 'created') return;
    if (this.places.at(-1) !== place) this.places.push(place);
  }

  #event(index: number): void {
    const event = this.model.events[index]!;
    this.#hear(event.timeNano);
    const observation = observeEvent(event, (this.#order += 1), this.record?.labels);
    if (observation) this.fold(observation);
  }

  #hear(at: bigint): void {
    if (at > this.highest) this.highest = at;
  }

  #deliverHeldBack(): void {
    const index = this.#heldBack;
    this.#heldBack = undefined;
    if (index !== undefined) this.#event(index);
  }

  /** The engine delivers events of one container in order, but for those that a request logs after it let go of the container. */
  #mayOvertake(index: number): boolean {
    const [one, next] = [this.model.events[index]?.action ?? '', this.model.events[index + 1]?.action ?? ''];
    const free = (action: string): boolean => action === 'stop' || action === 'restart' || action.startsWith('health');
    return free(one) || (one === 'die' && next === 'stop');
  }

  #answer(question: Question | undefined): void {
    if (!question || question.answer || question.waits) return;
    const { what, asOf, sentOrder } = question;
    const order = (): number => (this.#order += 1);
    if (what === 'list') {
      const row = this.model.row();
      question.answer = () =>
        row
          ? observeRow(row, { order: order(), asOf })
          : { kind: 'absent', id: MODEL_ID, asOf: this.highest, sentOrder };
    } else if (what === 'inspect') {
      const inspect = this.model.inspect();
      question.answer = () => inspect && observeInspect(inspect, { order: order(), asOf });
    } else {
      const top = this.model.top();
      question.answer = () => top && observeTop(MODEL_ID, top, 4711, asOf);
    }
  }

  #arrive(which: number): void {
    const question = this.#questions[which];
    if (!question || question.waits) return;
    this.#answer(question);
    this.#questions.splice(which, 1);
    const next = this.#questions.find(({ what, waits }) => what === question.what && waits);
    if (next) Object.assign(next, { waits: false, asOf: this.highest, sentOrder: (this.#order += 1) });
    this.#fold(question);
  }

  #fold({ answer }: Question): void {
    const observation = answer?.();
    if (observation) this.fold(observation);
  }
}

/** What the record says, in the engine's words; to be compared with {@link modelSays}. */
export function recordSays(record: JobRecord | undefined): object {
  if (!record || record.removed) return { status: 'gone' };
  const { run, name } = record;
  return {
    status: run.phase,
    name: name.value,
    state: jobStatus(record).state,
    ...(run.phase === 'running' && {
      paused: record.freezer.value,
      stopped: record.stopSignal.value ?? false,
      health: record.health.value,
    }),
    ...(run.phase === 'ended' && { exitCode: run.exitCode }),
    ...((run.phase === 'running' || run.phase === 'restarting') && { startedAt: parseTimestamp(run.startedAt) }),
  };
}

export function modelSays(model: ModelContainer): object {
  const { status, name, paused, stopped, health, exitCode, startedAt } = model;
  if (status === 'gone') return { status };
  const ended = exitCode === 0 ? 'Done' : 'Failed';
  const states = {
    created: exitCode === 0 ? 'Undetermined' : 'Failed',
    running: paused || stopped ? 'Suspended' : 'Running',
    restarting: 'Queued',
    exited: ended,
  };
  return {
    status: status === 'exited' ? 'ended' : status,
    name,
    state: states[status],
    ...(status === 'running' && { paused, stopped, health }),
    ...(status === 'exited' && { exitCode }),
    ...((status === 'running' || status === 'restarting') && { startedAt }),
  };
}
