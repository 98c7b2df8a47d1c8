import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What went from the clients to the engine. A request is at least one piece of bytes. */
export interface Sent {
  connections: number;
  pieces: number;
  bytes: number;
}

/** A socket in front of the engine's that passes everything on and counts what is sent. */
export async function countedSocket(
  upstream: string,
): Promise<{ host: string; sent: Sent; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const path = join(folder, 'engine.sock');
  const sent: Sent = { connections: 0, pieces: 0, bytes: 0 };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    sent.connections += 1;
    const engine = connect({ path: upstream, allowHalfOpen: true });
    client.on('data', (chunk: Buffer) => {
      sent.pieces += 1;
      sent.bytes += chunk.length;
    });
    client.pipe(engine).pipe(client);
    const end = (): void => {
      client.destroy();
      engine.destroy();
    };
    for (const socket of [client, engine]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const close = async (): Promise<void> => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  };
  return { host: `unix://${path}`, sent, close };
}
