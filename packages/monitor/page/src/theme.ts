import { computed, effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const KEPT_AS = 'docker-tracker-theme';

export const theme = signal<Theme>(THEMES.find((known) => known === localStorage.getItem(KEPT_AS)) ?? 'auto');

const system = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);
system.addEventListener('change', () => {
  systemIsDark.value = system.matches;
});

/** What is shown: for who chose nothing, what the system has. */
export const scheme = computed(() => {
  if (theme.value !== 'auto') return theme.value;
  return systemIsDark.value ? 'dark' : 'light';
});

effect(() => {
  localStorage.setItem(KEPT_AS, theme.value);
  document.documentElement.dataset.theme = scheme.value;
});

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'auto';
}
