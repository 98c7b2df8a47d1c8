/** The tracker that holds the connection to a job's standard input, and the process that it is in. */
export interface InputHolder {
  /** Made anew by each tracker. */
  readonly tracker: string;
  readonly host: string;
  readonly pid: number;
  readonly boot: string;
  readonly namespace: string;
  readonly startedAt: string;
}

export function encodeInputHolder(holder: InputHolder): string {
  const { tracker, host, pid, boot, namespace, startedAt } = holder;
  return JSON.stringify({ tracker, host, pid, boot, namespace, startedAt });
}

/** `undefined`: nobody's, or a label that no tracker wrote. */
export function decodeInputHolder(label: string | undefined): InputHolder | undefined {
  if (label === undefined) return undefined;
  try {
    const holder = JSON.parse(label) as Partial<Record<keyof InputHolder, unknown>> | null;
    if (typeof holder !== 'object' || holder === null) return undefined;
    const { tracker, host, pid, boot, namespace, startedAt } = holder;
    const words = [tracker, host, boot, namespace, startedAt];
    const isWhole = words.every((word) => typeof word === 'string') && Number.isSafeInteger(pid) && Number(pid) > 0;
    return isWhole ? (holder as InputHolder) : undefined;
  } catch {
    return undefined;
  }
}
