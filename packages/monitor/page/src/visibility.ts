import { signal } from '@preact/signals';

/** Whether somebody may see this page. A hidden one closes its streams: a browser has six connections to a host, for all its tabs. */
export const visible = signal(!document.hidden);

document.addEventListener('visibilitychange', () => {
  visible.value = !document.hidden;
});
