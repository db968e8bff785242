import { expect, test } from 'vitest';
import { startFixtureApi } from '../testing/fixture-api.ts';
import { createCliEnv, runTestCli } from '../testing/run-test-cli.ts';

const report = {
  enabled: true,
  intervalMinutes: 60,
  defaults: { executions: 'errors', days: 30, summaryDays: 90, uploadDays: 14 },
  lastRound: { startedAt: '2026-11-21T07:38:00.000Z', finishedAt: '2026-11-21T07:38:29.000Z' },
  due: {
    executionsToEmpty: 12,
    executionsToDelete: 1,
    executionsProtected: 1,
    filesToReview: 3,
    fileBytesToReview: 4_096,
    payloadsToReview: 0,
    isComplete: true,
  },
};

async function runWith(answer: unknown, argv: string[]) {
  await using server = await startFixtureApi({ 'GET /api/v1/retention': () => answer });
  const env = createCliEnv({ NAVETTE_URL: server.url, NAVETTE_API_KEY: 'nvt_key' });
  return await runTestCli(['retention', ...argv], { env });
}

test('says what is kept and what would go', async () => {
  const { stdout, code } = await runWith(report, ['--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toBe(
    `Retention runs every 60 min; last round: 2026-11-21 07:38:29 UTC
Kept where a workflow says nothing: executions that did not succeed; data 30 d, summaries 90 d, unused uploads 14 d

A round that began now, in this project:
  deletes the data of 12 executions
  deletes 1 execution altogether
  leaves 1 execution alone that is due, because something of their family goes on
  looks whether 3 files (4.0 KiB) and 0 large values are still needed
`,
  );
});

test('says that it is switched off, that there was no round, and that it did not look at all', async () => {
  const { stdout } = await runWith(
    { ...report, enabled: false, due: { ...report.due, isComplete: false } },
    [],
  );
  expect(stdout).toContain('Retention is switched off');
  expect(stdout).toContain('Only the oldest executions were looked at');
  const fresh = { ...report, lastRound: { startedAt: null, finishedAt: null } };
  expect((await runWith(fresh, [])).stdout).toContain('last round: none yet');
});

test('prints JSON for programs', async () => {
  const { json } = await runWith(report, ['--json']);
  expect(json()).toEqual([report]);
});
