import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/setup/count-results.mjs', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'navette-count-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Run {
  report?: object;
  testStatus?: number;
  verify?: string;
  verifyStatus?: number;
}

/** Its last line, the exit code, and all that it printed. */
function run({ report, testStatus = 0, verify = '', verifyStatus = 0 }: Run) {
  const reportPath = join(folder, 'tests.json');
  const logPath = join(folder, 'verify.log');
  if (report) writeFileSync(reportPath, JSON.stringify(report));
  writeFileSync(logPath, verify);
  const args = [script, reportPath, String(testStatus), logPath, String(verifyStatus)];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { last: stdout.trim().split('\n').at(-1), status, stdout };
}

function count(given: Run) {
  const { last, status } = run(given);
  return [last, status];
}

const passedFile = { name: '/passed.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] };
const failing = (fullName: string) => ({
  status: 'failed',
  fullName,
  failureMessages: ['expected 1 to be 2'],
});
const green = { numPassedTests: 12, numFailedTests: 0, testResults: [passedFile] };

test('adds tests and checks', () => {
  expect(count({ report: green, verify: 'verify: 7 passed, 0 failed\n' })).toEqual([
    '19 passed, 0 failed',
    0,
  ]);
});

test('failures of either side fail the whole', () => {
  const failedFile = { name: '/failed.test.ts', status: 'failed', assertionResults: [{ status: 'failed' }] };
  const red = { numPassedTests: 10, numFailedTests: 2, testResults: [passedFile, failedFile] };
  const verify = 'verify: 5 passed, 2 failed\n';
  expect(count({ report: red, testStatus: 1, verify, verifyStatus: 1 })).toEqual(['15 passed, 4 failed', 1]);
});

test('a file that did not load, a missing report, a missing line and a bad exit code are failures', () => {
  const verify = 'verify: 7 passed, 0 failed\n';
  const broken = {
    ...green,
    testResults: [passedFile, { name: '/broken.test.ts', status: 'failed', assertionResults: [] }],
  };
  expect(count({ report: broken, testStatus: 1, verify })).toEqual(['19 passed, 1 failed', 1]);
  expect(count({ report: green, testStatus: 1, verify })).toEqual(['19 passed, 1 failed', 1]);
  expect(count({ report: green, verify: 'killed' })).toEqual(['12 passed, 1 failed', 1]);
  expect(count({ report: green, verify, verifyStatus: 1 })).toEqual(['19 passed, 1 failed', 1]);
  rmSync(join(folder, 'tests.json'));
  expect(count({ testStatus: 1, verify })).toEqual(['7 passed, 1 failed', 1]);
});

test('names what failed, and what failed only once', () => {
  const unsteady = [{ file: join(folder, 'b.test.ts'), test: 'waits', message: 'timed out' }];
  const testResults = [
    { name: join(folder, 'a.test.ts'), status: 'failed', assertionResults: [failing('adds')] },
  ];
  const report = { numPassedTests: 3, numFailedTests: 1, testResults, unsteady };
  const { last, stdout } = run({ report, testStatus: 1, verify: 'verify: 7 passed, 0 failed\n' });
  expect(last).toBe('10 passed, 1 failed');
  expect(stdout).toMatch(/Failed:\n.*a\.test\.ts > adds\n +expected 1 to be 2\n/);
  expect(stdout).toMatch(/Unsteady.*:\n.*b\.test\.ts > waits\n +timed out\n/);
});
