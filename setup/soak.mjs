import { parseArgs } from 'node:util';

// `npm run test:soak -- --minutes N`: mixed load on a real engine that breaks, for so long.

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error(`--minutes ${values.minutes} is not a number of minutes above 0`);
  process.exit(2);
}
process.env['DOCKER_TRACKER_SOAK_MINUTES'] = String(minutes);
process.env['DOCKER_TRACKER_DEADLINE'] = String(minutes + 20);
process.argv.splice(2, Number.POSITIVE_INFINITY, 'test/endurance/soak');
await import('./test.mjs');
