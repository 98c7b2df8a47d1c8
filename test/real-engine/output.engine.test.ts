import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, watch } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileFailure } from '@docker-tracker/tracker';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { engineHost, Rig } from './rig.js';
import { SubmittingProcess } from './submitting-process.js';

/** Says `1` to `count`, one number a line, as fast as it can, with a wait for a signal in the middle. */
function countsInTwoHalves(count: number): string {
  const half = Math.floor(count / 2);
  return `trap 'go=1' USR1; seq 1 ${String(half)}; while [ -z "$go" ]; do sleep 600 & wait $!; done; seq ${String(half + 1)} ${String(count)}`;
}

function counted(count: number): string {
  return Array.from({ length: count }, (_, index) => `${String(index + 1)}\n`).join('');
}

describe('output files', () => {
  it('F50: hold all of what a job says that ends at once, 20 times over', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    for (let round = 0; round < 20; round += 1) {
      const [outputPath, errorPath] = [join(folder, `out${String(round)}`), join(folder, `err${String(round)}`)];
      const id = await rig.tracker.addJob(rig.sh('echo one; echo two; echo three >&2', { outputPath, errorPath }));
      await rig.tracker.wait(id, ['Done']);
      expect([await readFile(outputPath, 'utf8'), await readFile(errorPath, 'utf8')]).toEqual([
        'one\ntwo\n',
        'three\n',
      ]);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('lock'))).toEqual([]);
  });

  it('are whole for a job with rm, whose container the engine takes away', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'out');
    const id = await rig.tracker.addJob(rig.sh('seq 1 20000', { outputPath, extensionList: { rm: 'true' } }));
    await rig.tracker.wait(id, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe(counted(20_000));
    expect((await rig.tracker.jobInfo(id)).annotation).toBeUndefined();
  });

  it('hold 100 MB byte for byte, in a process that never takes more than 150 MB', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const [outputPath, errorPath] = [join(folder, 'out'), join(folder, 'sum')];
    // What cannot be compressed, nor told from its neighbours; its sum is made in the container.
    const script =
      'dd if=/dev/urandom of=/tmp/data bs=1048576 count=100 2>/dev/null; cat /tmp/data; sha256sum /tmp/data | cut -c1-64 >&2';
    await using submitter = await SubmittingProcess.start(
      rig.session,
      { ...rig.sh(script, { outputPath, errorPath }), extensionList: { net: 'none' } },
      'wait',
    );
    const kibibytes = Number(await submitter.line());
    expect((await stat(outputPath)).size).toBe(100 * 1_048_576);
    expect(`${await hashOf(outputPath)}\n`).toBe(await readFile(errorPath, 'utf8'));
    expect(kibibytes).toBeLessThanOrEqual(150 * 1024);
  });

  it('are completed by the next tracker when the embedding process is killed while the job runs', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const outputPath = join(folder, 'out');
    const session = `${rig.session}-killed`;
    const submitter = await SubmittingProcess.start(session, rig.sh(countsInTwoHalves(2000), { outputPath }));
    await fileHolds(outputPath, counted(1000));
    await submitter.kill();
    const next = await rig.another({ session });
    await rig.engine.containers.kill(submitter.id, { signal: 'SIGUSR1' });
    await next.wait(submitter.id, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe(counted(2000));
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('are completed by a tracker that is open already, after the end, when the submitter was killed', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const [outputPath] = [join(folder, 'out')];
    const submitter = await SubmittingProcess.start(
      rig.session,
      rig.sh(countsInTwoHalves(2000), { outputPath, joinFiles: true }),
    );
    await submitter.kill();
    await rig.engine.containers.kill(submitter.id, { signal: 'SIGUSR1' });
    await rig.tracker.wait(submitter.id, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe(counted(2000));
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('are completed after a tracker was closed while the job runs, also one that ended meanwhile', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const outputPath = join(folder, 'out');
    const id = await rig.tracker.addJob(rig.sh(countsInTwoHalves(2000), { outputPath }));
    await rig.tracker.close();
    expect((await readdir(folder)).sort()).toEqual(['out', 'out.docker-tracker-lock']);
    const wait = await rig.engine.containers.wait(id, { condition: 'not-running' });
    await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
    await wait.exited;
    const next = await rig.another();
    await next.wait(id, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe(counted(2000));
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('are whole for whoever waits on this host, not for the submitter alone', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'out');
    await using submitter = await SubmittingProcess.start(rig.session, rig.sh('seq 1 50000', { outputPath }));
    await rig.tracker.wait(submitter.id, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe(counted(50_000));
  });

  it('are whole where the connection and the event stream are cut, also of bytes that the log does not keep', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
    const folder = await rig.folder();
    const text = await rig.tracker.addJob(rig.sh(countsInTwoHalves(2000), { outputPath: join(folder, 'text') }));
    const script = `trap exit USR1; dd if=/dev/urandom bs=65536 count=4 2>/dev/null | tee /tmp/data; sha256sum /tmp/data | cut -c1-64 >&2; sleep 600 & wait`;
    const paths = { outputPath: join(folder, 'bytes'), errorPath: join(folder, 'sum') };
    const bytes = await rig.tracker.addJob(rig.sh(script, paths));
    await fileHolds(paths.errorPath, /^\w{64}\n$/);
    await fileHolds(join(folder, 'text'), counted(1000));
    expect(proxy.cut(({ path }) => path.includes(`${text}/attach`))).toBe(1);
    proxy.cutEvents();
    await rig.engine.containers.kill(text, { signal: 'SIGUSR1' });
    await rig.engine.containers.kill(bytes, { signal: 'SIGUSR1' });
    await rig.tracker.wait(text, ['Done']);
    await rig.tracker.wait(bytes, ['Done', 'Failed']);
    expect(await readFile(join(folder, 'text'), 'utf8')).toBe(counted(2000));
    expect((await stat(paths.outputPath)).size).toBe(4 * 65_536);
    expect(`${await hashOf(paths.outputPath)}\n`).toBe(await readFile(paths.errorPath, 'utf8'));
    expect((await rig.tracker.jobInfo(bytes)).annotation).toBeUndefined();
  });

  it('that do not fit on the disk leave the job unharmed, and are told of', async () => {
    await using rig = await Rig.open();
    using disk = await smallDisk(await rig.folder());
    const failure = firstValueFrom(rig.tracker.fileFailures$);
    const outputPath = join(disk.folder, 'out');
    const id = await rig.tracker.addJob(rig.sh('seq 1 400000; exit 0', { outputPath }));
    expect(await rig.tracker.wait(id, ['Done'])).toMatchObject({ exitStatus: 0 });
    expectFull(await failure, id);
    expect((await rig.tracker.jobInfo(id)).annotation).toMatch(/incomplete: .*ENOSPC/);
    const held = await readFile(outputPath, 'utf8');
    expect(held.length).toBeGreaterThan(0);
    expect(counted(400_000).startsWith(held)).toBe(true);
  });

  it('on a device that is full are told of as well', async () => {
    await using rig = await Rig.open();
    const failure = firstValueFrom(rig.tracker.fileFailures$);
    const id = await rig.tracker.addJob(rig.sh('echo lost', { outputPath: '/dev/full' }));
    expect(await rig.tracker.wait(id, ['Done'])).toMatchObject({ exitStatus: 0 });
    expectFull(await failure, id);
    expect(existsSync('/dev/full.docker-tracker-lock')).toBe(false);
  });

  it('of a job that runs are refused to another job, before it is created', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'out');
    const id = await rig.waiter(0, { outputPath });
    await expect(rig.tracker.addJob(rig.sh('echo over it', { outputPath }))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('outputPath') as string,
    });
    expect(await rig.containers()).toEqual([id]);
    await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
    await rig.tracker.wait(id, ['Done']);
    const next = await rig.tracker.addJob(rig.sh('echo anew', { outputPath }));
    await rig.tracker.wait(next, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe('anew\n');
  });

  it('F51: are not touched when another process of the session dies, nor is its job', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
    const id = await rig.tracker.addJob(rig.sh(countsInTwoHalves(2000), { outputPath: ours }));
    const other = await SubmittingProcess.start(rig.session, rig.sh(countsInTwoHalves(200), { outputPath: theirs }));
    await other.kill();
    for (const job of [id, other.id]) {
      expect((await rig.inspect(job)).State.Running).toBe(true);
      await rig.engine.containers.kill(job, { signal: 'SIGUSR1' });
      await rig.tracker.wait(job, ['Done']);
    }
    expect(await readFile(ours, 'utf8')).toBe(counted(2000));
    expect(await readFile(theirs, 'utf8')).toBe(counted(200));
  });

  it('are left alone by a later tracker once another job has taken them over', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'out');
    const session = `${rig.session}-killed`;
    const submitter = await SubmittingProcess.start(session, rig.sh('echo old; sleep 600', { outputPath }));
    await submitter.kill();
    const id = await rig.tracker.addJob(rig.sh('echo new', { outputPath }));
    await rig.tracker.wait(id, ['Done']);
    const next = await rig.another({ session });
    await next.jobControl(submitter.id, 'terminate');
    await next.wait(submitter.id, ['Failed']);
    expect(await readFile(outputPath, 'utf8')).toBe('new\n');
  });
});

describe('F10: the output of a job with a terminal', () => {
  it('comes as it is, in one stream', async () => {
    await using rig = await Rig.open();
    const id = await rig.create({ Cmd: ['sh', '-c', 'echo out; echo err >&2'], Tty: true });
    await rig.engine.containers.start(id);
    await rig.tracker.wait(id, ['Done']);
    let text = '';
    for await (const { stream, data } of rig.tracker.output(id)) {
      expect(stream).toBe('stdout');
      text += data.toString();
    }
    expect(text).toBe('out\r\nerr\r\n');
  });
});

function expectFull({ jobId, error }: FileFailure, id: string): void {
  expect(jobId).toBe(id);
  expect(error).toMatchObject({ name: 'Drmaa2Error', code: 'OutOfResource' });
  expect(error.message).toContain('ENOSPC');
}

/** A file system of 1 MiB. */
async function smallDisk(folder: string): Promise<Disposable & { readonly folder: string }> {
  const place = join(folder, 'disk');
  await mkdir(place);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]);
  return { folder: place, [Symbol.dispose]: () => void execFileSync('umount', ['-l', place]) };
}

/** Resolves when the file holds that. */
async function fileHolds(path: string, content: string | RegExp): Promise<void> {
  let changed = (): void => undefined;
  let change = Promise.resolve();
  const next = (): void => {
    change = new Promise((resolve) => (changed = resolve));
  };
  next();
  const watcher = watch(path, () => {
    changed();
  });
  try {
    for (;;) {
      const text = await readFile(path, 'utf8');
      if (typeof content === 'string' ? text === content : content.test(text)) return;
      await change;
      next();
    }
  } finally {
    watcher.close();
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
