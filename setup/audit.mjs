import { auditReport } from './audit-report.mjs';
import { runAsCommand } from './command.mjs';
import { auditPackages } from './pnpm.mjs';

// `npm run check:audit`: asks the registry for advisories about the packages of pnpm-lock.yaml. Ends with 0: none is known; 1: some are;
// 3: the registry did not answer, so nothing is known. No part of `npm test`, which needs nobody's word.

await runAsCommand(async (signal) => {
  const { lines, exitCode } = auditReport(await auditPackages(signal));
  for (const line of lines) console.log(line);
  return exitCode;
});
