import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { isLeftoverInTheWay, toStartFailure } from './start-failure.ts';

const at = '2026-01-01 00:00:00.000 UTC [7] ';

test.each([
  ['FATAL:  could not locate a valid checkpoint record', 'STORE_DATA_CORRUPT'],
  ['PANIC:  could not open file "global/pg_control": No such file or directory', 'STORE_DATA_CORRUPT'],
  ['FATAL:  database files are incompatible with server', 'STORE_DATA_CORRUPT'],
  ['FATAL:  could not create semaphores: out of them', 'STORE_START_FAILED'],
  ['FATAL:  could not write lock file "postmaster.pid": No space left on device', 'STORE_DISK_FULL'],
])('%s', (line, code) => {
  const error = toStartFailure(tmpdir(), `${at}LOG:  starting\n${at}${line}\n`, 'exit code 1');
  expect(error.code).toBe(code);
  if (code !== 'STORE_DISK_FULL') expect(error.params['reason']).toBe(line.replace(/^\w+: {2}/, ''));
});

test('without a finding in the log, the way it ended is the reason', () => {
  const error = toStartFailure('/data', '', 'signal SIGSEGV');
  expect(error.message).toBe('Postgres did not start on /data: signal SIGSEGV');
});

test('only leftovers of a former process are worth another try', () => {
  expect(
    isLeftoverInTheWay(`${at}FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use`),
  ).toBe(true);
  expect(isLeftoverInTheWay(`${at}FATAL:  could not locate a valid checkpoint record`)).toBe(false);
});
