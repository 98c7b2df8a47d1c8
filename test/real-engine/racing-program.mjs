// Run as a process of its own: opens a tracker and does what it is told, call by call, as other programs on the same session would.
import { DockerTracker } from '@docker-tracker/tracker';
import { filter, firstValueFrom, map, timeout } from 'rxjs';

const [host, session] = process.argv.slice(2);
const tracker = await DockerTracker.open({ host, session, network: 'none' });
const last = new Map();
const breaks = [];
const endings = {};
tracker.transitions$.subscribe(({ jobId, from, to }) => {
  if (last.has(jobId) && last.get(jobId) !== from) breaks.push(`${jobId}: ${last.get(jobId)}, then from ${from}`);
  last.set(jobId, to);
  if (to === 'Done' || to === 'Failed') endings[jobId] = (endings[jobId] ?? 0) + 1;
});

const calls = {
  array: ([template, range]) => tracker.addArrayJob(template, range),
  job: ([template]) => tracker.addJob(template),
  control: ([id, action]) => tracker.jobControl(id, action),
  /** Resolves with the view, `STATE SUB-STATE EXIT-STATUS` by id, once it has so many jobs and none is on its way. */
  rest: async ([count, withinMs]) => {
    const view = tracker.jobs$.pipe(
      filter((jobs) => jobs.size >= count && [...jobs.values()].every(({ state }) => AT_REST.has(state))),
      map((jobs) => [...jobs].map(([id, job]) => [id, `${job.state} ${job.subState} ${String(job.exitStatus)}`])),
      timeout({ first: withinMs, with: () => Promise.reject(new Error(`not at rest: ${unrest()}`)) }),
    );
    return Object.fromEntries(await firstValueFrom(view));
  },
  history: () => ({ breaks, endings }),
  close: async () => {
    await tracker.close();
    process.disconnect();
  },
};
const AT_REST = new Set(['QueuedHeld', 'Done', 'Failed']);

function unrest() {
  const jobs = [...tracker.snapshot().values()].filter(({ state }) => !AT_REST.has(state));
  return jobs
    .map(({ id, containerName, state, subState }) => [id, containerName, state, subState].join(' '))
    .join('; ');
}

process.on('message', async ({ call, what, given }) => {
  try {
    process.send({ call, value: await calls[what](given) });
  } catch (error) {
    process.send({ call, error: { code: error.code ?? error.name, message: error.message } });
  }
});
// The test that started it is gone.
process.on('disconnect', () => void tracker.close());
process.send({ ready: true });
