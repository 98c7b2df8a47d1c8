import { Engine } from '@docker-tracker/engine-client';
import { nowMs, serve, tell } from './watcher.js';

// What the Go tracker does: inspect every 100 ms until the job has ended.

const INTERVAL_MS = 100;

const engine = await Engine.connect();
serve((id) => {
  void poll(id);
});

async function poll(id: string): Promise<void> {
  const { State } = await engine.containers.inspect(id);
  if (State.Status === 'exited') tell({ kind: 'ended', id, atMs: nowMs() });
  else setTimeout(() => void poll(id), INTERVAL_MS);
}
