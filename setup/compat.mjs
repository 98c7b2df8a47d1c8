import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from './checkout.mjs';
import { runAsCommand } from './command.mjs';
import { compatibilityPage } from './compatibility-page.mjs';
import { engineVersion } from './engine-http.mjs';
import { takeLock } from './lock.mjs';
import { installPackages } from './pnpm.mjs';
import { startPodmanService } from './podman-service.mjs';
import { endAbandonedEngines, privateEngineSupport, startPrivateEngine } from './private-engine.mjs';
import { releaseSupport } from './debian-release.mjs';
import { Refusal } from './refusal.mjs';
import { runScript, runVisibly } from './run-visibly.mjs';
import { ensureTestImage } from './test-image.mjs';
import { readTests, removeReport, reportFile } from './test-report.mjs';
import { aloneInWorkspace, workspaceScripts } from './workspace.mjs';

// `npm run test:compat`: the contract suite on the fake engine, on the Dockers of two Debian releases and on podman, and what the
// tracker does above all on those Dockers. Writes docs/compatibility.md. Fails if a Docker and its fake do not pass the same tests.

const contract = 'test/contract/contract.engine.test.ts';
/** The part of the contract for which an engine is killed: it starts one of its own, of the same release. */
const killed = 'test/contract/killed.engine.test.ts';
const fakes = 'test/contract/fake-engine.test.ts';
/** Submission, states and transitions, arrays and sessions. */
const mainJob = ['go-tracker', 'states', 'array-as-one', 'job-sessions'].map(
  (name) => `test/real-engine/${name}.engine.test.ts`,
);

/** What podman does not answer is not waited for so long. */
const podmanTimeoutMs = 8000;

const dockers = [
  { fake: '20.10', name: 'compat-20', release: { suite: 'bookworm', packages: ['docker.io', 'procps'] } },
  { fake: '26.1', name: 'compat-26', release: { suite: 'trixie', packages: ['docker.io', 'procps'] } },
];
const podman = { name: 'compat-podman', release: { suite: 'trixie', packages: ['podman', 'runc', 'procps'] } };

/** @typedef {import('./compatibility-page.mjs').Outcome} Outcome */

/** @param {string} line */
const say = (line) => console.log(line);

await runAsCommand(async (signal) => {
  const impossible = privateEngineSupport() ?? releaseSupport();
  if (impossible !== null) throw new Refusal(`the engines of other releases cannot be had: ${impossible}`);
  const release = await takeLock('test', {
    what: 'npm run test:compat',
    signal,
    onWait: ({ pid }) => say(`waiting for process ${pid}, which runs tests in this checkout`),
  });
  try {
    await build(signal);
    return await compare(signal);
  } finally {
    await endAbandonedEngines().finally(release);
  }
});

/** @param {AbortSignal} signal */
async function build(signal) {
  await aloneInWorkspace({ what: 'npm run test:compat', say, signal }, async () => {
    await installPackages({ say, signal });
    const code = await runScript((await workspaceScripts())['build'] ?? 'false', { interruption: signal });
    if (code !== 0) throw new Error('the build failed');
  });
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<number>} the exit code
 */
async function compare(signal) {
  const faked = await runTests([fakes], {}, signal);
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const docker of dockers) {
    const engine = await startPrivateEngine({ name: docker.name, release: docker.release, say, signal });
    outcomes.push(await onEngine(engine, { fake: docker.fake, release: docker.release, mainJob }, signal));
  }
  const service = await startPodmanService({ ...podman, say, signal });
  outcomes.push(await onEngine(service, { release: podman.release, mainJob: [] }, signal));

  const { page, lines, isSame } = compatibilityPage(faked, outcomes);
  await writeFile(join(checkout, 'docs', 'compatibility.md'), page);
  // The page as `npm run check:format` wants it.
  await runScript('prettier --log-level warn --write docs/compatibility.md', { interruption: signal });
  for (const line of lines) say(line);
  return isSame ? 0 : 1;
}

/**
 * @param {{ host: string, release: () => Promise<void> }} engine is released
 * @param {{ fake?: string, release: import('./debian-release.mjs').DebianRelease, mainJob: readonly string[] }} what
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
async function onEngine({ host, release: end }, { fake, release, mainJob: files }, signal) {
  const { suite } = release;
  try {
    await ensureTestImage(host, say);
    const version = await engineVersion(host);
    const title = `${fake === undefined ? 'podman' : 'Docker'} ${version.engine}`;
    say(`\n== ${title} of Debian ${suite}`);
    const timeout = fake === undefined ? { DOCKER_TRACKER_CONTRACT_TIMEOUT: String(podmanTimeoutMs) } : {};
    const tests = await runTests([contract], { DOCKER_HOST: host, ...timeout }, signal);
    if (fake !== undefined) tests.push(...(await runTests([killed], ofRelease(release), signal)));
    const main = files.length === 0 ? [] : await runTests(files, { DOCKER_HOST: host }, signal);
    return { title, suite, api: version.api, fake, contract: tests, main };
  } finally {
    await end();
  }
}

/**
 * A test may start, and kill, an engine of this release.
 *
 * @param {import('./debian-release.mjs').DebianRelease} release
 */
function ofRelease(release) {
  return { DOCKER_TRACKER_ENGINE: 'private', DOCKER_TRACKER_CONTRACT_RELEASE: JSON.stringify(release) };
}

/**
 * @param {readonly string[]} files
 * @param {Record<string, string>} environment
 * @param {AbortSignal} signal
 */
async function runTests(files, environment, signal) {
  await removeReport();
  const reporters = ['dot', './setup/test-deadline.mjs', 'json'].map((reporter) => `--reporter=${reporter}`);
  await runVisibly(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', ...files, ...reporters, `--outputFile.json=${reportFile}`],
    // On an engine that is not the checkout's own no test kills a daemon.
    { interruption: signal, wholeGroup: true, env: { DOCKER_TRACKER_ENGINE: 'adopted', ...environment } },
  );
  const tests = await readTests();
  if (tests.length === 0) throw new Error(`no test of ${files.join(', ')} ran`);
  return tests;
}
