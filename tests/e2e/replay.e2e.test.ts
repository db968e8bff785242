/** A coded workflow of 1,000 calls survives `kill -9` of its server in the middle and near its end: no effect is repeated. */
import { waitFor } from '@navette/testing';
import { expect, test } from 'vitest';
import { countRepeats } from '../chaos/call-checks.ts';
import { createCodedChain } from '../chaos/call-workflows.ts';
import { checkOutcomes } from '../chaos/crash-checks.ts';
import { openStage } from '../chaos/open-stage.ts';

const steps = 1_000;
const run = 'replayed';

test('each of 1,000 calls is made once, but those in flight at a kill, which keep their key', async () => {
  await using stage = await openStage();
  const { api, counting, server } = stage;
  const workflowId = await stage.createWorkflow('Replayed', (url) => createCodedChain(url, steps));
  const executionId = await api.run(workflowId, { run });
  for (const step of [500, 990]) {
    const isThere = () => counting.callsOf(run).some((call) => call.step === step);
    await waitFor(isThere, { timeoutMs: 120_000, what: `call ${step}` });
    await server.kill();
    await server.start();
  }
  const { status } = await api.waitForEnd(executionId);
  expect(status).toBe('succeeded');

  const calls = counting.callsOf(run);
  const times = Map.groupBy(calls, ({ step }) => step);
  expect([...times.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: steps }, (_, n) => n + 1));
  // One in flight at each kill, at most: every other call was made once, under a key of its own.
  const repeated = [...times.values()].filter((made) => made.length > 1);
  expect(repeated.length).toBeLessThanOrEqual(2);
  for (const made of repeated) expect(new Set(made.map(({ key }) => key)).size).toBe(1);
  expect(new Set(calls.map(({ key }) => key)).size).toBe(steps);
  expect(countRepeats(calls)).toBe(calls.length - steps);
  // Both kills hit it at work, and what is stored agrees with what was counted.
  const plan = {
    runs: [run],
    victim: 'server',
    moment: { kind: 'accepted' },
    againAfterMs: undefined,
  } as const;
  const outcome = { plan: { ...plan, runs: [run] }, executions: new Map([[run, executionId]]) };
  const verdict = await checkOutcomes({ server, counting, api, workflowId, steps }, [outcome]);
  expect(verdict.problems).toEqual([]);
  expect(verdict.recovered).toBe(1);
  expect((await api.getExecution(executionId)).recoveries).toBe(2);
}, 900_000);
