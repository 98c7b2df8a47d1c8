// node examples/job-sessions.mjs FOLDER [SESSION [IMAGE]]: the first run submits jobs and leaves them running; the next one finds them.
import { SessionManager } from '@docker-tracker/drmaa2';
import { FileSessionStore } from '@docker-tracker/drmaa2/file-store';
import { dockerDrms } from '@docker-tracker/tracker';

const [folder, name = 'nightly', image = 'busybox'] = process.argv.slice(2);
const manager = new SessionManager(dockerDrms(), { store: new FileSessionStore(folder) });

if (!(await manager.getJobSessionNames()).includes(name)) {
  const session = await manager.createJobSession(name);
  const args = ['-c', 'sleep $TASK_ID'];
  const array = await session.runBulkJobs({ jobCategory: image, remoteCommand: 'sh', args }, { begin: 1, end: 3 });
  const first = await session.waitAnyStarted(array.getJobs());
  console.log(`${array.getJobs().length} jobs submitted, the first has started: ${(await first.getState()).state}`);
} else {
  const session = await manager.openJobSession(name);
  let left = await session.getJobs();
  console.log(`${left.length} jobs found again`);
  while (left.length > 0) {
    const job = await session.waitAnyTerminated(left);
    const { state, exitStatus } = await job.getJobInfo();
    console.log(`${state} with exit status ${exitStatus}`);
    await job.reap();
    left = left.filter(({ id }) => id !== job.id);
  }
  await manager.destroyJobSession(name);
}
await manager.close();
