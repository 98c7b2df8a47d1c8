// Run as a process of its own: submits one job, tells its id, and stays, or waits for the job's end and tells what it took.
// With indices as JSON it submits an array, holds its last three tasks, tells the array's id, and stays.
import { DockerTracker } from '@docker-tracker/tracker';

const [host, session, template, then] = process.argv.slice(2);
const tracker = await DockerTracker.open({ host, session, network: 'none' });
const isArray = then.startsWith('{');
const id = isArray
  ? await tracker.addArrayJob(JSON.parse(template), JSON.parse(then))
  : await tracker.addJob(JSON.parse(template));
if (isArray) for (const task of tracker.listArrayJobs(id).slice(-3)) await tracker.jobControl(task, 'hold');
console.log(id);
if (then === 'wait') {
  await tracker.wait(id, ['Done']);
  await tracker.close();
  // KiB of memory at its highest.
  // A string: of a number console.log makes a coloured one where FORCE_COLOR is set.
  console.log(String(process.resourceUsage().maxRSS));
} else {
  setInterval(() => {}, 60_000);
}
