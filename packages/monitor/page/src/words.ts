/** `12 s`, `3 min 05 s`, `2 h 07 min`, `4 d 3 h`. */
export function duration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return '';
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 1 && ms > 0) return `${String(Math.round(ms))} ms`;
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min ${two(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${String(hours)} h ${two(minutes % 60)} min`;
  return `${String(Math.floor(hours / 24))} d ${String(hours % 24)} h`;
}

/** The time of day; with the date where that is not today's. */
export function timeOfDay(ms: number | undefined, nowMs: number): string {
  if (ms === undefined || !Number.isFinite(ms)) return '';
  const [at, now] = [new Date(ms), new Date(nowMs)];
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  if (at.toDateString() === now.toDateString()) return time;
  return `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** `23.5 GiB` */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [count, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit] ?? ''}`;
}

function two(count: number): string {
  return String(count).padStart(2, '0');
}
