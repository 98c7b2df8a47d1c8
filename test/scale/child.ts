import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

interface Request {
  readonly call: string;
  readonly argument: unknown;
}

type Reply = { readonly answer: unknown } | { readonly failure: string };
type Call = (argument: never) => unknown;
type ArgumentOf<Known> = Known extends (argument: infer Argument) => unknown ? Argument : never;
type AnswerOf<Known> = Known extends (argument: never) => infer Answer ? Awaited<Answer> : never;

/** A process of its own, so that neither side of the measurement takes the other's time or memory. One call at a time. */
export class Child<Calls extends object> implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor(program: URL, execArgv: readonly string[] = []) {
    this.#child = fork(program, { execArgv: [...execArgv] });
  }

  async call<Name extends keyof Calls & string>(
    name: Name,
    ...[argument]: unknown extends ArgumentOf<Calls[Name]> ? [] : [ArgumentOf<Calls[Name]>]
  ): Promise<AnswerOf<Calls[Name]>> {
    const answered = new AbortController();
    const { signal } = answered;
    try {
      const exit = once(this.#child, 'exit', { signal }).then(([code, killedBy]: unknown[]) => {
        throw new Error(`a process of the run ended in the middle of ${name}: ${String(code ?? killedBy)}`);
      });
      const reply = once(this.#child, 'message', { signal });
      this.#child.send({ call: name, argument } satisfies Request);
      const [message] = (await Promise.race([reply, exit])) as [Reply];
      if ('failure' in message) throw new Error(message.failure);
      return message.answer as AnswerOf<Calls[Name]>;
    } finally {
      answered.abort();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    if (this.#child.connected) this.#child.disconnect();
    await exited;
    clearTimeout(patience);
  }
}

/** The other side: answers calls until the parent lets go of it. */
export function answerCalls(calls: object): void {
  const known = new Map(Object.entries(calls) as [string, Call][]);
  process.on('disconnect', () => {
    process.exit();
  });
  process.on('message', ({ call, argument }: Request) => {
    void (async (): Promise<Reply> => {
      try {
        return { answer: await known.get(call)?.(argument as never) };
      } catch (error) {
        return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
      }
    })().then((reply) => process.send?.(reply));
  });
}
