import { parseEntries } from './list-entries.js';

/** `HostConfig.SecurityOpt`: separated by `;`, since a seccomp profile (JSON) and SELinux levels hold commas. */
export function parseSecurityOptions(text: string): readonly string[] | undefined {
  return parseEntries(text, ';', (entry) => (/^[a-z][a-z-]*(?:[=:]\P{Cc}+)?$/u.test(entry) ? entry : undefined));
}
