import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { resolveEndpoint, type Engine } from '@docker-tracker/engine-client';

/** What the engine remembers of the containers with this label, a line for each event, byte for byte as it sends them. */
export async function eventLines(host: string, engine: Engine, label: string): Promise<readonly string[]> {
  const { socketPath } = resolveEndpoint({ DOCKER_HOST: host });
  const until = Math.ceil(Date.parse((await engine.info()).SystemTime) / 1000);
  const query = new URLSearchParams({ since: '0', until: String(until), filters: JSON.stringify({ label: [label] }) });
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path: `/events?${query.toString()}` }, (answer) => {
      text(answer).then((lines) => {
        resolve(lines.split('\n').filter((line) => line.trim() !== ''));
      }, reject);
    });
    request.on('error', reject);
  });
}
