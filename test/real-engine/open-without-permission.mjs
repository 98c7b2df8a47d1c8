// Opens a tracker as nobody and prints why it was refused; root would be let in.
import { DockerTracker } from '@docker-tracker/tracker';

const NOBODY = 65534;
if (process.getuid?.() === 0) process.setuid?.(NOBODY);
const refused = await DockerTracker.open({ session: 'nobody', host: process.argv[2] }).then(
  () => ({ code: 'opened', message: '' }),
  (error) => error,
);
console.log(JSON.stringify({ code: refused.code, message: refused.message }));
