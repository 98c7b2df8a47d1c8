/** Nothing is known: neither a clean bill nor a finding. */
const NOT_ANSWERED = 3;

/**
 * @typedef {object} Advisory
 * @property {string} module_name
 * @property {string} severity
 * @property {string} title
 * @property {string} [url]
 * @property {string} [vulnerable_versions]
 * @property {string} [patched_versions]
 * @property {readonly { version: string, paths?: readonly string[] }[]} [findings]
 */

/**
 * What `pnpm audit --json` printed, in lines, and the exit code that it means.
 *
 * @param {string} output
 * @returns {{ lines: readonly string[], exitCode: number }}
 */
export function auditReport(output) {
  const answer = readJson(output);
  if (isObject(answer?.error))
    return notAnswered(answer.error.message ?? answer.error.code ?? 'an error without words');
  const { advisories, metadata } = answer ?? {};
  if (!isObject(advisories) || typeof metadata?.totalDependencies !== 'number') {
    return notAnswered(output.trim() === '' ? 'nothing was printed' : output);
  }
  /** @type {readonly Advisory[]} */
  const found = Object.values(advisories);
  const of = `the ${metadata.totalDependencies} packages of pnpm-lock.yaml`;
  return found.length === 0
    ? { lines: [`no advisory is known for ${of}`], exitCode: 0 }
    : { lines: [...found.map(line), `${count(found.length)} known for ${of}`], exitCode: 1 };
}

/** @param {number} advisories */
function count(advisories) {
  return advisories === 1 ? '1 advisory is' : `${advisories} advisories are`;
}

/** @param {string} words */
function notAnswered(words) {
  return { lines: [`not checked, the registry did not answer: ${oneLine(words)}`], exitCode: NOT_ANSWERED };
}

/** @param {Advisory} advisory */
function line({
  module_name: name,
  severity,
  title,
  url,
  vulnerable_versions: affected,
  patched_versions: patched,
  findings = [],
}) {
  const versions = findings.map(({ version }) => version).join(', ');
  const raise = patched === undefined || patched === '<0.0.0' ? 'no version mends it' : `mended in ${patched}`;
  return oneLine(
    `${severity}: ${name} ${versions} (${affected ?? 'versions unknown'}): ${title}; ${raise} ${url ?? ''}`.trim(),
  );
}

/**
 * What others wrote, for a terminal.
 *
 * @param {unknown} words
 */
function oneLine(words) {
  return String(words).replaceAll(/\s+/g, ' ').replaceAll(/\p{C}/gu, '?').trim().slice(0, 400);
}

/**
 * @param {unknown} value
 * @returns {boolean}
 */
function isObject(value) {
  return typeof value === 'object' && value !== null;
}

/** @param {string} text */
function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
