import { fork, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine, resolveEndpoint } from '@docker-tracker/engine-client';
import type { JobTemplate } from '@docker-tracker/tracker';
import type { Measured } from './output-throughput/measured-read.js';
import { IMAGE } from './report/bench-image.js';
import { inColumns } from './report/columns.js';
import { surroundings } from './report/surroundings.js';

// How fast does a job's output come? 100 MiB of lines, into a file while the job writes, and out of the engine's log afterwards: by
// the tracker, by undici alone and by curl, each in a process of its own whose memory is read off at its end. Exit code 1 where the
// file is not whole, or the tracker's process took more than it may.

const BYTES = 100 * 1024 * 1024;
const LINE_BYTES = 1024;
/** The job writes the same lines again and again: from 1 to so many, each filled up with blanks. */
const LINES = 1024;
const BLOCKS = BYTES / LINE_BYTES / LINES;
const MEMORY_TARGET = 150 * 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), 'output-throughput-'));
const session = `bench-output-${randomBytes(4).toString('hex')}`;
await using engine = await Engine.connect();
try {
  console.log(`${BYTES} bytes in lines of ${LINE_BYTES}\n${await surroundings(engine)}\n`);
  const outputPath = join(folder, 'out');
  const block = `seq 1 ${LINES} | while read i; do printf '%-${LINE_BYTES - 1}d\\n' $i; done > /tmp/block`;
  const script = `${block}; i=0; while [ $i -lt ${BLOCKS} ]; do cat /tmp/block; i=$((i+1)); done`;
  const template: JobTemplate = {
    ...{ jobCategory: IMAGE, remoteCommand: 'sh', args: ['-c', script], outputPath },
    extensionList: { net: 'none' },
  };
  const written = await measure({ what: 'file', session, template });
  const sum = await sumOf(createReadStream(outputPath));
  const id = written.id;
  const readings = [
    row('tracker, into a file while the job writes', written),
    row('tracker.output(), out of the log', await measure({ what: 'log', session, id })),
    row('undici alone, the same log', await measure({ what: 'bare', session, id })),
    await curl(id),
  ];
  console.log(inColumns([['', 'MB/s', 'peak RSS MB'], ...readings]));
  const isEqual = sum === (await sumOf(asWritten()));
  console.log(`\nbyte-equal with what the job wrote: ${isEqual ? 'yes' : 'NO'} (SHA-256 ${sum})`);
  const isMet = written.maxRss <= MEMORY_TARGET;
  console.log(`at most ${MEMORY_TARGET / 1024 ** 2} MiB for the file: ${isMet ? 'met' : 'MISSED'}`);
  if (!isMet || !isEqual) process.exitCode = 1;
} finally {
  const filters = { label: [`drmaa2_jobsession=${session}`] };
  for (const { Id } of await engine.containers.list({ all: true, filters })) {
    await engine.containers.remove(Id, { force: true, v: true });
  }
  await rm(folder, { recursive: true, force: true });
}

function* asWritten(): Generator<Buffer> {
  const lines = Array.from({ length: LINES }, (_, index) => `${String(index + 1).padEnd(LINE_BYTES - 1)}\n`);
  for (let block = 0; block < BLOCKS; block += 1) yield Buffer.from(lines.join(''));
}

async function sumOf(pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

async function measure(request: object): Promise<Measured> {
  const child = fork(new URL('output-throughput/measured-read.js', import.meta.url), [JSON.stringify(request)]);
  const exited = once(child, 'exit');
  const [measured] = (await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => {
      throw new Error(`a measured process ended too early, with exit code ${String(code)}`);
    }),
  ])) as [Measured];
  await exited;
  return measured;
}

function row(name: string, { seconds, maxRss }: Measured): readonly string[] {
  return [name, (BYTES / 1e6 / seconds).toFixed(1), (maxRss / 1e6).toFixed(0)];
}

async function curl(id: string): Promise<readonly string[]> {
  const { socketPath } = resolveEndpoint(process.env);
  if (socketPath === undefined) return ['curl', '-', 'not on a unix socket'];
  const url = `http://docker/containers/${id}/logs?stdout=1&stderr=1`;
  const child = spawn('curl', ['-s', '-o', '/dev/null', '-w', '%{time_total}', '--unix-socket', socketPath, url]);
  let seconds = '';
  child.stdout.on('data', (text: Buffer) => (seconds += text.toString()));
  const failed = once(child, 'error').then(() => 'not installed');
  const outcome = await Promise.race([failed, once(child, 'close').then(() => undefined)]);
  return ['curl --unix-socket, the same log', outcome ?? (BYTES / 1e6 / Number(seconds)).toFixed(1), '-'];
}
