import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PRIVATE = fileURLToPath(new URL('../../.private-engine/packages/engine/usr/bin/docker', import.meta.url));

const DOCKER = existsSync(PRIVATE) ? PRIVATE : 'docker';
const ENVIRONMENT = { PATH: process.env.PATH, HOME: '/nonexistent' };

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
  const call = ['--host', host, 'stats', '--no-stream', '--no-trunc', '--format', '{{json .}}', id];
  const { stdout } = await run(DOCKER, call, {
    timeout: 60_000,
    env: { PATH: process.env.PATH, HOME: '/nonexistent' },
  });
  return JSON.parse(stdout) as DockerStats;
}

/** Follows `docker stats` of one container until it has shown so many different percentages of CPU time, and answers with those. */
export async function followDockerStats(host: string, id: string, count: number): Promise<readonly string[]> {
  const command = spawn(DOCKER, ['--host', host, 'stats', '--no-trunc', '--format', '{{.CPUPerc}}', id], {
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: ENVIRONMENT,
  });
  const shown = new Set<string>();
  try {
    for await (const text of command.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      // Before its first sample it shows `--`, and before the second a percentage of zero.
      for (const [percent] of text.matchAll(/\d+\.\d\d%/g)) if (percent !== '0.00%') shown.add(percent);
      if (shown.size >= count) return [...shown];
    }
    throw new Error(`docker stats ended after ${[...shown].join(' ')}`);
  } finally {
    command.kill('SIGKILL');
  }
}
