/**
 * @typedef {import('./test-report.mjs').Test} Test
 *
 * @typedef {object} Outcome
 * @property {string} title
 * @property {string} suite of Debian
 * @property {string} api
 * @property {string | undefined} fake the fake engine's name for it, where it has one
 * @property {readonly Test[]} contract
 * @property {readonly Test[]} main empty: not run
 */

/**
 * What docs/compatibility.md says, the last lines of the command, and whether each Docker and its fake pass the same tests, all.
 *
 * @param {readonly Test[]} faked the contract suite on each fake engine
 * @param {readonly Outcome[]} outcomes
 */
export function compatibilityPage(faked, outcomes) {
  const rows = outcomes.map((outcome) => ({ ...outcome, ofFake: testsOfFake(faked, outcome.fake) }));
  const isSame = rows.every(
    ({ fake, contract, main, ofFake }) =>
      fake === undefined || ([...contract, ...main, ...ofFake].every(isPassed) && contract.length === ofFake.length),
  );
  const page = `# Compatibility

The contract suite (\`test/contract\`) says what an engine answers, by HTTP alone. The tracker is built on exactly that, and the fake engine of the
tests is held to it: where it and a Docker Engine differ, the fake is wrong. \`npm run test:compat\` runs the suite on the engines of
two Debian releases and on podman's service, each unpacked into the checkout and run there, with nothing installed, and writes this page.
It needs root on a Debian or Ubuntu with a network, 0.9 GB below \`.private-engine\`, and took 8 minutes on 2 shared cores of an AMD EPYC.

For one test of the contract an engine is killed, which podman's is not: Docker 20.10 forgets ends that it has told of and not saved yet. What
it tells of some others when it is back, a \`die\` with 255, no kill brings about for certain, so \`test/fake-engine\` alone holds that.

The last column is the tracker itself: the Go tracker's tests, states, arrays and job sessions (${mainCount(rows)} tests).

${table(
  ['Engine', 'API', 'Debian', 'Contract', 'Its fake', 'Tracker'],
  rows.map(({ title, api, suite, contract, ofFake, main }) => [
    title,
    api,
    suite,
    passedOf(contract),
    ofFake.length === 0 ? '–' : passedOf(ofFake),
    main.length === 0 ? 'not run' : passedOf(main),
  ]),
)}

Docker 29.1 is known from recordings of what it answered; its fake passes ${passedOf(testsOfFake(faked, '29.1'))}.

${rows
  .filter(({ contract, main }) => ![...contract, ...main].every(isPassed))
  .map(({ title, contract, main }) => differences(title, [...contract, ...main]))
  .join('\n\n')}
`;
  const lines = rows.map(
    ({ title, contract, ofFake, main }) =>
      `${title}: contract ${passedOf(contract)}` +
      (ofFake.length === 0 ? '' : `, its fake ${passedOf(ofFake)}`) +
      (main.length === 0 ? '' : `, tracker ${passedOf(main)}`),
  );
  return { page, lines, isSame };
}

/**
 * @param {string} title
 * @param {readonly Test[]} tests
 */
function differences(title, tests) {
  const rows = tests
    .filter((test) => !isPassed(test))
    .map(({ titles, message }) => [titles.slice(1).join(': '), reason(message)]);
  return `## What ${title} does otherwise

Supported is the Docker Engine; this is for who wants to know how far podman's service is from it. Each row is a test of the contract and where it ended first.

${table(['Test', 'First difference'], rows)}`;
}

/**
 * The first line of a failure, without what is new in each run.
 *
 * @param {string} message
 */
function reason(message) {
  const line = message.split('\n')[0] ?? '';
  // How vitest's report tells of a test that ran out of time.
  if (/STACK_TRACE_ERROR|timed out/.test(line)) return 'what the test waits for does not come';
  return line
    .replace(/^\w*Error: /, '')
    .replaceAll(/[0-9a-f]{12,}/g, '…')
    .replaceAll(/\u001b\[\d+m/g, '')
    .replace(/ \/\/ .*$/, '')
    .slice(0, 160);
}

/**
 * @param {readonly Test[]} faked
 * @param {string | undefined} fake
 */
function testsOfFake(faked, fake) {
  return faked.filter(({ titles }) => titles[0] === `contract: fake engine ${fake}`);
}

/** @param {readonly Outcome[]} outcomes */
function mainCount(outcomes) {
  return Math.max(...outcomes.map(({ main }) => main.length));
}

/** @param {readonly Test[]} tests */
function passedOf(tests) {
  return `${tests.filter(isPassed).length} of ${tests.length}`;
}

/** @param {Test} test */
function isPassed({ status }) {
  return status === 'passed';
}

/**
 * @param {readonly string[]} heads
 * @param {readonly (readonly string[])[]} rows
 */
function table(heads, rows) {
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
