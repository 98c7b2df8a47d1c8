import { useEffect } from 'preact/hooks';
import { listenToKeys } from './keyboard.js';
import { view } from './page-state.js';
import { openJob } from './route.js';
import { Confirm, Help, Notice } from './view/dialogs.jsx';
import { FreshnessBanner } from './view/freshness.jsx';
import { JobPage } from './view/job-page.jsx';
import { JobTable } from './view/job-table.jsx';
import { PageHeader } from './view/page-header.jsx';
import { StateCounts } from './view/state-counts.jsx';
import { Timeline } from './view/timeline.jsx';
import { Toolbar } from './view/toolbar.jsx';

export function App() {
  useEffect(listenToKeys, []);
  return (
    <>
      <PageHeader />
      <FreshnessBanner />
      <Notice />
      {openJob.value === undefined ? (
        <main class="all-jobs">
          <StateCounts />
          <Toolbar />
          {view.value === 'table' ? <JobTable /> : <Timeline />}
        </main>
      ) : (
        <JobPage key={openJob.value} id={openJob.value} />
      )}
      <Confirm />
      <Help />
    </>
  );
}
