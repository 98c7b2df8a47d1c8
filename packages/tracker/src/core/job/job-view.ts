import type { JobSnapshot } from './job-snapshot.js';

/** How many newer versions a read of an old view may walk through before the view takes a copy of its own. */
const WALK_LIMIT = 16;
/** After this many changes, or as many as there are jobs, a version keeps its table: the price of a copy is then paid by the changes. */
const KEEP_AFTER = 1024;

/**
 * An immutable view of jobs by id, newest version cheap to make: a change costs what it changes, not what there is.
 *
 * The youngest view owns the table. Making the next one turns the former into its difference to the younger, so views
 * that nobody keeps cost nothing, and one that somebody keeps is copied out when it is iterated. A table that is kept now
 * and then bounds how much a view holds that is kept for long and never read.
 */
export class JobView implements ReadonlyMap<string, JobSnapshot> {
  #table: Map<string, JobSnapshot> | undefined;
  /** What this version has where the younger one differs; `undefined`: not in this version. */
  #difference: Map<string, JobSnapshot | undefined> | undefined;
  #younger: JobView | undefined;
  /** Changes since a version kept its table. */
  readonly #age: number;
  readonly size: number;
  readonly [Symbol.toStringTag] = 'JobView';

  private constructor(table: Map<string, JobSnapshot>, age: number) {
    this.#table = table;
    this.#age = age;
    this.size = table.size;
  }

  static empty(): JobView {
    return new JobView(new Map(), 0);
  }

  /** The next version: `undefined` takes a job out. An older view than the youngest is copied first. */
  next(changes: ReadonlyMap<string, JobSnapshot | undefined>): JobView {
    const own = this.#ownTable();
    const age = this.#age + changes.size;
    const keeps = age >= Math.max(KEEP_AFTER, own.size);
    const table = keeps ? new Map(own) : own;
    const difference = new Map<string, JobSnapshot | undefined>();
    for (const [id, job] of changes) {
      difference.set(id, table.get(id));
      if (job === undefined) table.delete(id);
      else table.set(id, job);
    }
    const next = new JobView(table, keeps ? 0 : age);
    if (keeps) return next;
    this.#table = undefined;
    this.#difference = difference;
    this.#younger = next;
    return next;
  }

  get(id: string): JobSnapshot | undefined {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the walk begins here and goes on to younger versions
    let view: JobView = this;
    for (let walked = 0; walked < WALK_LIMIT; walked += 1) {
      if (view.#table) return view.#table.get(id);
      if (view.#difference?.has(id)) return view.#difference.get(id);
      view = view.#younger!;
    }
    return this.#ownTable().get(id);
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  // A copy is walked, so that an iteration which awaits between two jobs still sees this version alone.
  keys(): MapIterator<string> {
    return new Map(this.#ownTable()).keys();
  }

  values(): MapIterator<JobSnapshot> {
    return new Map(this.#ownTable()).values();
  }

  entries(): MapIterator<[string, JobSnapshot]> {
    return new Map(this.#ownTable()).entries();
  }

  [Symbol.iterator](): MapIterator<[string, JobSnapshot]> {
    return this.entries();
  }

  forEach(callback: (job: JobSnapshot, id: string, view: ReadonlyMap<string, JobSnapshot>) => void): void {
    for (const [id, job] of this.entries()) callback(job, id, this);
  }

  #ownTable(): Map<string, JobSnapshot> {
    if (this.#table) return this.#table;
    const versions: JobView[] = [];
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the walk begins here and goes on to younger versions
    let view: JobView = this;
    while (!view.#table) {
      versions.push(view);
      view = view.#younger!;
    }
    const table = new Map(view.#table);
    for (const version of versions.reverse()) {
      for (const [id, job] of version.#difference!) {
        if (job === undefined) table.delete(id);
        else table.set(id, job);
      }
    }
    this.#table = table;
    this.#difference = undefined;
    this.#younger = undefined;
    return table;
  }
}
