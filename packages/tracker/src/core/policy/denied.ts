import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { shownValue } from '../template/refusal.js';

/** The refusal of what the policy does not allow. `asked` absent: that it is asked for at all. */
export function denied(what: string, asked: string | undefined, allowed: string): Drmaa2Error {
  const value = asked === undefined ? '' : ` ${shownValue(asked)}`;
  return new Drmaa2Error('DeniedByDrms', `the policy denies ${what}${value}; allowed: ${allowed}`);
}

export function judgeWord(what: string, asked: string | undefined, allowed: readonly string[]): void {
  if (asked !== undefined && !allowed.includes(asked)) throw denied(what, asked, list(allowed));
}

/** For people. */
export function list(allowed: readonly string[] | undefined): string {
  return allowed === undefined || allowed.length === 0 ? 'none' : allowed.join(' ');
}
