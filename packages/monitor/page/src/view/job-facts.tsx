import type { ComponentChildren } from 'preact';
import type { JobDescription } from '../server.js';

/** The template as it was submitted, and what DRMAA2 tells of the job. */
export function JobFacts({ description: { info, template } }: { readonly description: JobDescription }) {
  return (
    <div class="job-columns facts">
      <section class="card">
        <h2>Template</h2>
        {template ? <Facts of={template} /> : <p class="muted">It carries no template.</p>}
      </section>
      <section class="card">
        <h2>Information</h2>
        <Facts of={info} />
      </section>
    </div>
  );
}

function Facts({ of }: { readonly of: object }) {
  const facts = Object.entries(of).filter(([, value]) => value !== undefined && value !== '' && !isEmpty(value));
  return (
    <dl class="fact-list">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{shown(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function shown(value: unknown): ComponentChildren {
  if (Array.isArray(value)) return value.map((entry, index) => <code key={index}>{String(entry)}</code>);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([name, entry]) => (
      <code key={name}>
        {name}={String(entry)}
      </code>
    ));
  return <code>{String(value)}</code>;
}
