/** What a run of Vitest left in its JSON report: which tests failed, and what became of them when they ran again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Undefined where the run did not come so far as to write one. */
export function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export function writeReport(path, report) {
  writeFileSync(path, JSON.stringify(report));
}

/**
 * The files with a failed test, and those that could not be loaded.
 * @returns {string[]} absolute paths, each once
 */
export function listFailedFiles(report) {
  const failed = report.testResults.filter((file) => file.status === 'failed');
  return [...new Set(failed.map((file) => file.name))];
}

/**
 * The first run with the files of the second in place of its own. What failed in the first and passed in the second is
 * listed as `unsteady`, with what went wrong.
 */
export function mergeReports(first, again) {
  const repeated = new Set(again.testResults.map((file) => file.name));
  const kept = first.testResults.filter((file) => !repeated.has(file.name));
  const testResults = [...kept, ...again.testResults];
  const failures = new Set(listFailures({ testResults }).map(describe));
  const unsteady = listFailures(first).filter((failure) => !failures.has(describe(failure)));
  const count = (status) =>
    testResults.flatMap((file) => file.assertionResults).filter((test) => test.status === status).length;
  return {
    ...first,
    testResults,
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    unsteady,
  };
}

/** @returns {{file: string, test: string, message: string}[]} a file that could not be loaded is one failure */
export function listFailures({ testResults }) {
  return testResults
    .filter((file) => file.status === 'failed')
    .flatMap((file) => {
      const failed = file.assertionResults.filter((test) => test.status === 'failed');
      if (failed.length === 0) return [{ file: file.name, test: '(the file)', message: file.message ?? '' }];
      return failed.map((test) => ({
        file: file.name,
        test: test.fullName,
        message: test.failureMessages?.join('\n') ?? '',
      }));
    });
}

/** The lines that end a run: each failure with the beginning of what went wrong. */
export function printFailures(title, failures, root) {
  if (failures.length === 0) return;
  console.log(`\n${title}`);
  for (const { file, test, message } of failures) {
    console.log(`  ${relative(root, file)} > ${test}`);
    const lines = message.split('\n').filter((line) => !line.includes('/node_modules/'));
    for (const line of lines.slice(0, 12)) console.log(`    ${line}`);
  }
}

function describe({ file, test }) {
  return `${file} > ${test}`;
}
