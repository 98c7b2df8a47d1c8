// Run as a process of its own: submits one job, tells its id, and stays, or waits for the job's end and tells what it took.
import { DockerTracker } from '@docker-tracker/tracker';

const [host, session, template, then] = process.argv.slice(2);
const tracker = await DockerTracker.open({ host, session, network: 'none' });
const id = await tracker.addJob(JSON.parse(template));
console.log(id);
if (then === 'wait') {
  await tracker.wait(id, ['Done']);
  await tracker.close();
  // KiB of memory at its highest.
  console.log(process.resourceUsage().maxRSS);
} else {
  setInterval(() => {}, 60_000);
}
