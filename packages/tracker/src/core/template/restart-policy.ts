/** `HostConfig.RestartPolicy`. */
export interface RestartPolicyBody {
  readonly Name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  readonly MaximumRetryCount?: number;
}

/** The engine holds the count in an int32 on some hosts. */
const MAX_RETRIES = 2 ** 31 - 1;

/**
 * Parses `no`, `always`, `unless-stopped`, `on-failure`, `on-failure:N` with N from 1.
 * N = 0 is refused: the engine takes it for "without limit", a reader for "never".
 */
export function parseRestartPolicy(text: string): RestartPolicyBody | undefined {
  if (text === 'no' || text === 'always' || text === 'unless-stopped' || text === 'on-failure') return { Name: text };
  const digits = /^on-failure:([1-9]\d{0,9})$/.exec(text)?.[1];
  if (digits === undefined || Number(digits) > MAX_RETRIES) return undefined;
  return { Name: 'on-failure', MaximumRetryCount: Number(digits) };
}
