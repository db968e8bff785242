import { expect, test } from 'vitest';
import { listFailedFiles, listFailures, mergeReports } from '../../scripts/setup/test-report.mjs';

const passed = (fullName: string) => ({ status: 'passed', fullName });
const failed = (fullName: string) => ({ status: 'failed', fullName, failureMessages: [`${fullName} broke`] });
const file = (name: string, ...assertionResults: { status: string }[]) => ({
  name,
  status: assertionResults.every(({ status }) => status === 'passed') ? 'passed' : 'failed',
  assertionResults,
});
const unloaded = { name: '/c.test.ts', status: 'failed', message: 'no such module', assertionResults: [] };
const first = {
  numPassedTests: 2,
  numFailedTests: 2,
  testResults: [
    file('/a.test.ts', passed('one')),
    file('/b.test.ts', passed('two'), failed('three'), failed('four')),
    unloaded,
  ],
};

test('lists files with a failure, and those that did not load', () => {
  expect(listFailedFiles(first)).toEqual(['/b.test.ts', '/c.test.ts']);
  expect(listFailures(first)).toEqual([
    { file: '/b.test.ts', test: 'three', message: 'three broke' },
    { file: '/b.test.ts', test: 'four', message: 'four broke' },
    { file: '/c.test.ts', test: '(the file)', message: 'no such module' },
  ]);
});

test('what fails again is a failure, what passes then is unsteady, and what was not run again stays', () => {
  const again = {
    testResults: [
      file('/b.test.ts', passed('two'), passed('three'), failed('four')),
      file('/c.test.ts', passed('five')),
    ],
  };
  expect(mergeReports(first, again)).toMatchObject({
    numPassedTests: 4,
    numFailedTests: 1,
    testResults: [{ name: '/a.test.ts' }, { name: '/b.test.ts' }, { name: '/c.test.ts' }],
    unsteady: [
      { file: '/b.test.ts', test: 'three', message: 'three broke' },
      { file: '/c.test.ts', test: '(the file)' },
    ],
  });
});

test('a test that passed at first and fails when run again is a failure', () => {
  const again = {
    testResults: [file('/b.test.ts', failed('two'), passed('three'), passed('four')), unloaded],
  };
  const merged = mergeReports(first, again);
  expect(listFailures(merged).map((failure) => failure.test)).toEqual(['two', '(the file)']);
});
