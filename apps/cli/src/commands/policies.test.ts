import { expect, test } from 'vitest';
import { startFixtureApi } from '../testing/fixture-api.ts';
import { createCliEnv, runTestCli } from '../testing/run-test-cli.ts';

const place = 'policies/default.json: defaults.limits.wallMs';
const mostPlace = 'policies/default.json: ceiling.limits.wallMs';
const answer = {
  items: [
    {
      file: 'default.json',
      kind: 'default',
      name: null,
      description: '',
      state: 'in-force',
      problems: [],
      content: { version: 1 },
    },
    {
      file: 'named/night-runs.json',
      kind: 'named',
      name: 'night-runs',
      description: 'Long and quiet',
      state: 'kept',
      problems: [{ field: 'limits.cpuMs', message: 'Too big', help: 'Correct it.' }],
      content: { version: 1, limits: { cpuMs: 5 } },
    },
  ],
  folderProblem: null,
  projectId: 'prj_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b',
  project: {
    limits: { wallMs: { value: 30_000, place, most: 3_600_000, mostPlace } },
    allowedHosts: ['*.example.com'],
    allowedNodeTypes: ['*'],
  },
};

async function runWith(argv: string[], body: unknown = answer) {
  await using server = await startFixtureApi({ 'GET /api/v1/policies': () => body });
  const env = createCliEnv({ NAVETTE_URL: server.url, NAVETTE_API_KEY: 'nvt_key' });
  return await runTestCli(['policies', ...argv], { env });
}

test('lists the files and what is wrong with them', async () => {
  const { code, stdout } = await runWith(['list']);
  expect(code).toBe(0);
  expect(stdout).toContain('night-runs  named/night-runs.json  kept: what it said before');
  expect(stdout).toContain('✗ named/night-runs.json, limits.cpuMs: Too big. Correct it.');
  expect((await runWith(['list'], { ...answer, items: [] })).stdout).toContain('the policy that is shipped');
});

test('shows what holds for the project, and one policy', async () => {
  const { stdout } = await runWith(['show']);
  expect(stdout).toContain(`wallMs       30000  ${place}; up to 3600000: ${mostPlace}`);
  expect(stdout).toContain('Hosts that steps may name: *.example.com');
  expect((await runWith(['show', 'night-runs'])).stdout).toContain('"cpuMs": 5');
  const { code, stderr } = await runWith(['show', 'nothing']);
  expect(code).not.toBe(0);
  expect(stderr).toContain('navette policies list');
  expect((await runWith(['show'], { ...answer, project: null })).stdout).toContain(
    'no code of this project is run',
  );
});
