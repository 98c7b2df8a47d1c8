import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const KEPT_AS = 'docker-tracker-theme';

export const theme = signal<Theme>(THEMES.find((known) => known === localStorage.getItem(KEPT_AS)) ?? 'auto');

effect(() => {
  localStorage.setItem(KEPT_AS, theme.value);
  if (theme.value === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'auto';
}
