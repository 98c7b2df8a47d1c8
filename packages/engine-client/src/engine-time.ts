const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * A point in time as `since` and `until` take it: Unix seconds with exactly nine fractional digits.
 * Fewer digits would be padded on the right by the engine, which shifts the time.
 *
 * @param nano - nanoseconds since the epoch, e.g. {@link EngineEvent.timeNano}.
 * @source moby: daemon/internal/timestamp/timestamp.go
 */
export function engineTime(nano: bigint): string {
  const sign = nano < 0n ? '-' : '';
  const magnitude = nano < 0n ? -nano : nano;
  const fraction = (magnitude % NANOS_PER_SECOND).toString().padStart(9, '0');
  return `${sign}${(magnitude / NANOS_PER_SECOND).toString()}.${fraction}`;
}
