import { DockerTracker } from '@docker-tracker/tracker';
import { nowMs, serve, tell } from './watcher.js';

// What a user of this project does: an open tracker and `wait`.

const tracker = await DockerTracker.open({ session: process.env['BENCH_SESSION'] ?? 'bench' });
serve((id) => {
  void tracker.wait(id, ['Done', 'Failed']).then(() => {
    tell({ kind: 'ended', id, atMs: nowMs() });
  });
});
