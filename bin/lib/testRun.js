import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from './child.js';
import { CommandError, codeOf, root } from './command.js';

/**
 * @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: readonly string[] }}
 *   Counts The skipped tests by name.
 * @typedef {{ readonly testResults: readonly { readonly status: string, readonly assertionResults:
 *   readonly { readonly status: string, readonly fullName: string }[] }[] }} Report
 *   What vitest's JSON reporter writes.
 */

const vitest = join(root, 'node_modules/vitest/vitest.mjs');

/**
 * Runs the tests of a project of vitest.config.ts, with vitest's own output.
 *
 * @param {string} project
 * @param {object} options
 * @param {readonly string[]} options.filters - Parts of the file names that are wanted; none: all.
 * @param {readonly string[]} [options.without] - Files that wait for another time; they count as skipped.
 * @param {string | undefined} options.chromium - Path of the browser, if there is one.
 * @returns {Promise<Counts>}
 */
export async function runProject(project, { filters, without = [], chromium }) {
  if (without.length > 0) {
    const files = (await testFiles(project, filters)).filter((file) => !without.includes(file));
    const skipped = without.map((file) => `${file} (not its turn)`);
    const none = { passed: 0, failed: 0, skipped: [] };
    const counts =
      files.length > 0 ? await runProject(project, { filters: files, chromium }) : none;
    return { ...counts, skipped: [...counts.skipped, ...skipped] };
  }
  const folder = mkdtempSync(join(tmpdir(), 'working-papers-test-'));
  const reportFile = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
    const args = ['run', `--project=${project}`, '--passWithNoTests', ...reporters, ...filters];
    const { exitCode } = await run(process.execPath, [vitest, ...args], {
      folder: root,
      env: chromium === undefined ? {} : { CHROMIUM_PATH: chromium },
      output: 'show',
      passedOn: ['SIGINT', 'SIGTERM'],
    });
    return countTests(readReport(reportFile), exitCode === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {Report | undefined} Undefined if vitest ended before it could write one.
 */
function readReport(file) {
  try {
    return /** @type {Report} */ (JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Counts the tests of a report. A file that broke before its tests could be counted is one failure,
 * and so is a run that failed without a failed test, for example by an unhandled rejection.
 *
 * @param {Report | undefined} report - Undefined if the run ended without one.
 * @param {boolean} isOk - Whether the run's exit code was 0.
 * @returns {Counts}
 */
export function countTests(report, isOk) {
  const files = report?.testResults ?? [];
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const brokenFiles = files.filter(
    (file) =>
      file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  );
  const failed = tests.filter(({ status }) => status === 'failed').length + brokenFiles.length;
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: isOk ? failed : Math.max(failed, 1),
    skipped: tests
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => fullName),
  };
}

/**
 * The test files of a project, found without running them.
 *
 * @param {string} project
 * @param {readonly string[]} filters - Parts of the file names that are wanted; none: all.
 * @returns {Promise<string[]>} Paths relative to the repository.
 */
export async function testFiles(project, filters) {
  const args = [vitest, 'list', '--filesOnly', '--json', `--project=${project}`, ...filters];
  const { exitCode, output } = await run(process.execPath, args, {
    folder: root,
    output: 'collect',
  });
  if (exitCode !== 0) throw new CommandError(`vitest cannot list its files:\n${output}`, 1);
  const files = /** @type {readonly { readonly file: string }[]} */ (JSON.parse(output));
  return files.map(({ file }) => relative(root, file));
}

/**
 * @param {readonly Counts[]} counts
 * @param {boolean} isOk - Whether the whole run ended well; if not, at least one test counts as failed.
 * @returns {string} `N passed, N failed, N skipped`.
 */
export function summaryOf(counts, isOk) {
  /** @param {(one: Counts) => number} of */
  const sum = (of) => counts.reduce((total, one) => total + of(one), 0);
  const failed = sum((one) => one.failed);
  const skipped = sum((one) => one.skipped.length);
  return `${sum((one) => one.passed)} passed, ${isOk ? failed : Math.max(failed, 1)} failed, ${skipped} skipped`;
}
