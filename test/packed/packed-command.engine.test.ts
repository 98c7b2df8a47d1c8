import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_PACKAGES, PackedProject } from './packed-project.js';

/** Packing and installing start a dozen processes. */
const INSTALL_LIMIT_MS = 300_000;

describe('the packed command in an empty project', () => {
  let project: PackedProject;

  beforeAll(async () => {
    project = await PackedProject.create(COMMAND_PACKAGES);
  }, INSTALL_LIMIT_MS);

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
  });

  it('runs, says its version and lists jobs', async () => {
    const manifest = JSON.parse(
      await readFile(join(project.folder, 'node_modules', 'docker-tracker', 'package.json'), 'utf8'),
    ) as {
      readonly version: string;
    };
    expect(await project.runInstalled('docker-tracker', ['--version'])).toEqual({
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
    const listed = await project.runInstalled('docker-tracker', ['ps', '--session', 'packed-command']);
    expect(listed).toEqual({ stdout: expect.stringMatching(/^JOB ID +NAME +STATE .*\n$/), stderr: '' });
  });

  it('brings a parser, colours and the width of characters beside what the libraries bring', async () => {
    expect((await project.installed()).filter((name) => !name.startsWith('@docker-tracker/'))).toEqual([
      ...['ansi-regex', 'commander', 'docker-tracker', 'emoji-regex', 'eventemitter3', 'get-east-asian-width'],
      ...['picocolors', 'rxjs', 'string-width', 'strip-ansi', 'tslib', 'undici'],
    ]);
  });

  it('is packaged as publint wants it', async () => {
    const pkgDir = join(project.folder, 'node_modules', 'docker-tracker');
    const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });
});
