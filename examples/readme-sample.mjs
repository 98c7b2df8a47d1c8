import { DockerTracker } from '@docker-tracker/tracker';

const image = process.argv[2] ?? 'busybox';
const tracker = await DockerTracker.open({ session: 'readme' });
tracker.transitions$.subscribe(({ job, from, to }) => console.log(`${job.jobName}: ${from} -> ${to}`));

const job = await tracker.run({ jobName: 'hello', jobCategory: image, remoteCommand: 'echo', args: ['Hello!'] });
const { state, exitStatus } = await job.ended;
for await (const { data } of job.output()) process.stdout.write(data);
const { wallclockTime } = await tracker.jobInfo(job.id);
console.log(`${state} with exit status ${exitStatus} after ${wallclockTime} s`);

await tracker.deleteJob(job.id);
await tracker.close();
