import { ask, type Action } from './actions.js';
import { listed } from './listed.js';
import * as page from './page-state.js';
import { openJob, showAll, showJob } from './route.js';
import { nextTheme } from './theme.js';

const CONTROLS: Readonly<Record<string, Action>> = {
  s: 'suspend',
  r: 'resume',
  h: 'hold',
  l: 'release',
  x: 'terminate',
  Delete: 'delete',
};

/** Every part of the page by keys; `?` shows them. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A dialog has its own keys, and so has a field.
    if (page.helpOpen.value || page.question.value) return;
    const { target } = event;
    const field = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (event.key === 'Escape') escape(field ? target : undefined);
    else if (field || !press(event.key)) return;
    event.preventDefault();
  });
}

function escape(field: HTMLElement | undefined): void {
  field?.blur();
  if (openJob.value !== undefined) {
    showAll();
    return;
  }
  page.search.value = '';
  page.states.value = new Set();
  page.session.value = undefined;
}

/** @returns whether the key means something here */
function press(key: string): boolean {
  const action = CONTROLS[key];
  if (action !== undefined) {
    const job = page.store.jobs.get(openJob.value ?? page.selected.value ?? '');
    if (job) ask(job, action);
    return job !== undefined;
  }
  switch (key) {
    case '?':
      page.helpOpen.value = true;
      return true;
    case '/':
      document.getElementById('search')?.focus();
      return openJob.value === undefined;
    case 't':
      page.view.value = page.view.value === 'table' ? 'timeline' : 'table';
      return true;
    case 'd':
      nextTheme();
      return true;
    case 'j':
    case 'ArrowDown':
      return move(1);
    case 'k':
    case 'ArrowUp':
      return move(-1);
    case 'Enter':
      // A focused link or button has its own.
      if (page.selected.value === undefined || document.activeElement !== document.body) return false;
      showJob(page.selected.value);
      return true;
    default:
      return false;
  }
}

function move(by: number): boolean {
  if (openJob.value !== undefined) return false;
  const ids = listed.value;
  const from = page.selected.value === undefined ? -1 : ids.indexOf(page.selected.value);
  const to = from < 0 ? 0 : Math.min(Math.max(from + by, 0), ids.length - 1);
  page.selected.value = ids[to];
  return true;
}
