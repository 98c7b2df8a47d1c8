import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

interface Request {
  readonly call: string;
  readonly argument: unknown;
}

type Reply = { readonly answer?: unknown } | { readonly failure: string };

type Call = (argument: never) => Promise<unknown>;
type ArgumentOf<Known> = Known extends (argument: infer Argument) => Promise<unknown> ? Argument : never;
type AnswerOf<Known> = Known extends (argument: never) => Promise<infer Answer> ? Answer : never;

/** A process of its own for one way of learning of an end, so that none slows another down. */
export class MeasuredProcess<Calls extends object> implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start<Calls extends object>(program: URL): Promise<MeasuredProcess<Calls>> {
    const measured = new MeasuredProcess<Calls>(fork(program));
    await measured.#reply();
    return measured;
  }

  /** One at a time. */
  async call<Name extends keyof Calls & string>(
    name: Name,
    argument: ArgumentOf<Calls[Name]>,
  ): Promise<AnswerOf<Calls[Name]>> {
    this.#child.send({ call: name, argument } satisfies Request);
    return (await this.#reply()) as AnswerOf<Calls[Name]>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await exited;
  }

  async #reply(): Promise<unknown> {
    const answered = new AbortController();
    const { signal } = answered;
    try {
      const exit = once(this.#child, 'exit', { signal }).then(([code]) => {
        throw new Error(`a measured process ended too early, with exit code ${String(code)}`);
      });
      const [reply] = (await Promise.race([once(this.#child, 'message', { signal }), exit])) as [Reply];
      if ('failure' in reply) throw new Error(reply.failure);
      return reply.answer;
    } finally {
      answered.abort();
    }
  }
}

/** The other side: prepares, tells that it is ready, and answers calls until the parent lets go of it. */
export async function answerCalls(
  prepare: () => Promise<{ readonly calls: object; readonly close: () => Promise<void> }>,
): Promise<void> {
  // Ctrl-C reaches the whole group, but what runs is to be tidied up: the parent lets go instead.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const reply = (message: Reply): void => {
    if (process.connected) process.send?.(message);
  };
  try {
    const { calls, close } = await prepare();
    const known = new Map(Object.entries(calls) as [string, Call][]);
    process.on('message', ({ call, argument }: Request) => {
      const answer = known.get(call)?.(argument as never) ?? Promise.reject(new Error(`no call ${call}`));
      answer.then(
        (value) => {
          reply({ answer: value });
        },
        (error: unknown) => {
          reply({ failure: textOf(error) });
        },
      );
    });
    process.once('disconnect', () => void close());
    reply({});
  } catch (error) {
    reply({ failure: textOf(error) });
    process.disconnect();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
