/** One line of `GET /events`. The legacy fields `status`, `id` and `from` are never read. */
export interface EngineEvent {
  /** `container`, `image`, `network`, … */
  readonly type: string;
  /** `start`, `die`, `exec_create: CMD`, … as the engine says it. */
  readonly action: string;
  /** `Actor.ID`; empty when the engine names none. */
  readonly id: string;
  /** `Actor.Attributes`: the event's own facts, then every label of the container on top of them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The engine's wall clock in nanoseconds, from the digits on the wire. */
  readonly timeNano: bigint;
  /** `local` or `swarm`. */
  readonly scope?: string;
}
