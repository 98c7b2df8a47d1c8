import { readFile } from 'node:fs/promises';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIBRARIES, PackedProject } from './packed-project.js';
import { TYPED_CONSUMER } from './typed-consumer.js';

const IMAGE = 'docker-tracker/busybox:test';
/** Packing and installing start a dozen processes. */
const INSTALL_LIMIT_MS = 300_000;

const SERVES_THE_PAGE = `
import { DockerMonitor } from '@docker-tracker/monitor';
import { DashboardServer } from '@docker-tracker/monitor/dashboard';
const monitor = await DockerMonitor.open();
const server = await DashboardServer.listen({ monitor });
const page = await fetch(server.url);
const [, title] = /<title>(.*?)<\\/title>/.exec(await page.text());
console.log(page.status, page.headers.get('content-type'), title);
await server.close();
await monitor.close();
`;

describe('the packed libraries in an empty project', () => {
  let project: PackedProject;

  beforeAll(async () => {
    project = await PackedProject.create();
  }, INSTALL_LIMIT_MS);

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
  });

  it('bring undici, rxjs with its tslib and eventemitter3, and nothing else', async () => {
    expect(await project.installed()).toEqual([
      '@docker-tracker/drmaa2',
      '@docker-tracker/engine-client',
      '@docker-tracker/monitor',
      '@docker-tracker/tracker',
      'eventemitter3',
      'rxjs',
      'tslib',
      'undici',
    ]);
  });

  it('run the sample of the README', async () => {
    const { stdout, stderr } = await project.runCopyOf('examples/readme-sample.mjs', [IMAGE]);
    expect(stdout).toMatch(
      /^hello: Undetermined -> Queued\nhello: Queued -> Running\nhello: Running -> Done\nHello!\nDone with exit status 0 after [\d.]+ s\n$/,
    );
    expect(stderr).toBe('');
  });

  it('serve the page of the dashboard', async () => {
    await project.write('serve.mjs', SERVES_THE_PAGE);
    const { stdout, stderr } = await project.run('serve.mjs');
    expect(stdout).toBe('200 text/html; charset=utf-8 docker-tracker\n');
    expect(stderr).toBe('');
  });

  it.each([
    ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext' }],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ])('have types that hold for a program under moduleResolution %s', async (_, options) => {
    await project.write('consumer.ts', TYPED_CONSUMER);
    expect(await project.complaints(options, ['consumer.ts'])).toBe('');
  });

  it.each(LIBRARIES)('%s depends on versions, and carries no test and no build state', async (library) => {
    const manifest = await project.manifestOf(library);
    expect(JSON.stringify(manifest)).not.toContain('workspace:');
    const files = await project.filesOf(library);
    expect(files).toContain('index.d.ts');
    expect(files.filter((name) => /\.test\.|tsbuildinfo/.test(name))).toEqual([]);
  });

  it.each(LIBRARIES)('%s is packaged as publint wants it', async (library) => {
    const pkgDir = project.folderOf(library);
    const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });
});

describe('the README', () => {
  it('shows the sample that is run', async () => {
    const [readme, sample] = await Promise.all(
      ['README.md', 'examples/readme-sample.mjs'].map((file) =>
        readFile(new URL(`../../${file}`, import.meta.url), 'utf8'),
      ),
    );
    expect(/```js\n(.*?)```/s.exec(readme ?? '')?.[1]).toBe(sample);
  });
});
