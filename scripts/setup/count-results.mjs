/**
 * Adds up the JSON report of Vitest and the last line of `npm run verify` to "N passed, M failed", and exits with 1
 * when anything failed. A run that ended badly without naming a failure counts as one.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { listFailures, printFailures, readReport } from './test-report.mjs';

const [testReport, testStatus, verifyLog, verifyStatus] = process.argv.slice(2);
const root = fileURLToPath(new URL('../..', import.meta.url));
for (const path of [testReport, `${testReport}.without-jail.json`]) {
  const report = readReport(path);
  if (!report) continue;
  printFailures('Failed:', listFailures(report), root);
  printFailures('Unsteady, failed once and passed when run again:', report.unsteady ?? [], root);
}
const tests = countTests(readReport(testReport));
const checks = countChecks(readText(verifyLog));
const passed = tests.passed + checks.passed;
const failed =
  Math.max(tests.failed, testStatus === '0' ? 0 : 1) + Math.max(checks.failed, verifyStatus === '0' ? 0 : 1);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** A file that could not even be loaded has no tests to fail: it counts as one failure. */
function countTests(report) {
  if (!report) return { passed: 0, failed: 1 };
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

function countChecks(text) {
  const match = /^verify: (\d+) passed, (\d+) failed$/m.exec(text);
  return match ? { passed: Number(match[1]), failed: Number(match[2]) } : { passed: 0, failed: 1 };
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
