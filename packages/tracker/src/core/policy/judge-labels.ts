import { isKeyAllowed } from './allowed.js';
import { denied, list } from './denied.js';
import type { TemplatePolicy } from './template-policy.js';

/**
 * Proxies, updaters and schedulers on a host act upon labels, some by running commands: they are as good as rights. Those of
 * the tracker's own cannot be asked for.
 */
export function judgeLabels({ labels }: TemplatePolicy, asked: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(asked)) {
    if (!key.startsWith('drmaa2') && !isKeyAllowed(key, labels)) throw denied('extension labels', key, list(labels));
  }
}
