import { useEffect, useState } from 'preact/hooks';
import { ACTIONS, ask, isLegal, mayControl } from '../actions.js';
import { beginOf, durationOf, endOf, hasEnded, nameOf, reasonOf, shortId, type Job } from '../job.js';
import { controllable, engineNow, followStore, reached, store } from '../page-state.js';
import { describeJob, type JobDescription } from '../server.js';
import { duration, timeOfDay } from '../words.js';
import { JobFacts } from './job-facts.jsx';
import { JobOutput } from './job-output.jsx';
import { StateBadge } from './state-mark.jsx';
import { Transitions } from './transitions.jsx';
import { UsageCharts } from './usage-charts.jsx';

/** One job: what it is, why it is where it is, what it writes and uses. */
export function JobPage({ id }: { readonly id: string }) {
  followStore();
  // What was known last stays to be read, also when the job has been removed.
  const [last, setLast] = useState<Job>();
  const present = store.jobs.get(id);
  if (present && present !== last) setLast(present);
  const job = present ?? last;
  const description = useDescription(id, job);
  return (
    <main class="job-page">
      <a class="back" href="#/">
        ← All jobs
      </a>
      {job ? (
        <>
          <Heading job={job} gone={!present} />
          <div class="job-columns">
            <div class="job-column wide">
              <JobOutput id={id} reached={reached.value} />
            </div>
            <div class="job-column">
              <UsageCharts id={id} runs={!hasEnded(job) && present !== undefined} reached={reached.value} />
              <Transitions job={job} />
            </div>
          </div>
          {description && <JobFacts description={description} />}
        </>
      ) : (
        <div class="nothing">
          <strong>There is no such job.</strong>
          <span>It may have been deleted. Esc goes back to all jobs.</span>
        </div>
      )}
    </main>
  );
}

/** Asked for again whenever the job's state is another one. */
function useDescription(id: string, job: Job | undefined): JobDescription | undefined {
  const [description, setDescription] = useState<JobDescription>();
  const version = job && [job.state, job.subState, job.finishedAt].join(' ');
  useEffect(() => {
    if (version === undefined) return undefined;
    const gone = new AbortController();
    describeJob(id, gone.signal).then(setDescription, () => undefined);
    return () => {
      gone.abort();
    };
  }, [id, version]);
  return description;
}

function Heading({ job, gone }: { readonly job: Job; readonly gone: boolean }) {
  const now = engineNow.value;
  const [begin, end] = [beginOf(job), endOf(job)];
  return (
    <div class="card heading">
      <div class="heading-title">
        <h1>
          {nameOf(job)}
          {job.taskIndex !== undefined && <span class="task">#{job.taskIndex}</span>}
        </h1>
        <StateBadge state={job.state} subState={job.subState} />
        <p class="reason" data-reason>
          {gone ? 'Removed. Before: ' : ''}
          {reasonOf(job)}
        </p>
      </div>
      <dl class="figures">
        <Figure title={hasEnded(job) ? 'ran for' : job.state === 'Running' ? 'runs for' : 'for'}>
          {duration(durationOf(job, now))}
        </Figure>
        <Figure title={job.startedAt === undefined ? 'since' : 'started'}>{timeOfDay(begin, now)}</Figure>
        {end !== undefined && <Figure title="ended">{timeOfDay(end, now)}</Figure>}
        {job.exitStatus !== undefined && <Figure title="exit status">{job.exitStatus}</Figure>}
        {job.session !== '' && <Figure title="session">{job.session}</Figure>}
        <Figure title="image">{job.category}</Figure>
        <Figure title="id">{shortId(job.id)}</Figure>
      </dl>
      {!gone && <Controls job={job} />}
    </div>
  );
}

function Figure({ title, children }: { readonly title: string; readonly children: string | number }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Controls({ job }: { readonly job: Job }) {
  if (!mayControl())
    return controllable.value ? (
      <p class="muted">To control jobs, open the URL that was printed when the dashboard was started.</p>
    ) : null;
  return (
    <div class="controls" role="group" aria-label="Controls">
      {ACTIONS.filter((action) => isLegal(job, action)).map((action) => (
        <button
          key={action}
          type="button"
          data-action={action}
          class={action === 'terminate' || action === 'delete' ? 'grave-quiet' : ''}
          onClick={() => {
            ask(job, action);
          }}
        >
          {action[0]?.toUpperCase()}
          {action.slice(1)}
        </button>
      ))}
    </div>
  );
}
