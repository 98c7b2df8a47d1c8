import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PRIVATE = fileURLToPath(new URL('../../.private-engine/packages/engine/usr/bin/docker', import.meta.url));

/** What `docker stats` shows for one container, as it prints it. */
export interface DockerStats {
  readonly CPUPerc: string;
  readonly MemUsage: string;
  readonly MemPerc: string;
  readonly NetIO: string;
  readonly BlockIO: string;
  readonly PIDs: string;
}

/** The docker command itself, of Debian's docker.io. */
export async function dockerStats(host: string, id: string): Promise<DockerStats> {
  const docker = existsSync(PRIVATE) ? PRIVATE : 'docker';
  const call = ['--host', host, 'stats', '--no-stream', '--no-trunc', '--format', '{{json .}}', id];
  const { stdout } = await run(docker, call, {
    timeout: 60_000,
    env: { PATH: process.env.PATH, HOME: '/nonexistent' },
  });
  return JSON.parse(stdout) as DockerStats;
}
