import { get } from 'node:http';
import { resolveEndpoint } from '@docker-tracker/engine-client';

/** What the engine tells of the containers with this label, byte for byte a line for each event, up to the first `die`. */
export function eventLines(host: string, label: string): Promise<readonly string[]> {
  const { socketPath } = resolveEndpoint({ DOCKER_HOST: host });
  // The head of the answer comes before the subscription, so what lies between is replayed.
  const query = new URLSearchParams({ since: '0', filters: JSON.stringify({ label: [label] }) });
  return new Promise((resolve, reject) => {
    let text = '';
    const request = get({ socketPath, path: `/events?${query.toString()}` }, (answer) => {
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        const lines = text.split('\n').slice(0, -1);
        if (!lines.some((line) => (JSON.parse(line) as { readonly Action: string }).Action === 'die')) return;
        resolve(lines);
        request.destroy();
      });
      // Also how it ends once it has been left.
      answer.on('error', reject);
    });
    request.on('error', reject);
  });
}
