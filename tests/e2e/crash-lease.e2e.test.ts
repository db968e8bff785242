import { createUuid } from '@navette/kit';
import { buryExpired, registerWorker, requeueOrphans } from '@navette/store';
import { waitFor } from '@navette/testing';
import { expect, test } from 'vitest';
import { checkCalls } from '../chaos/call-checks.ts';
import { createCallChain } from '../chaos/call-workflows.ts';
import { checkJournal } from '../chaos/journal-checks.ts';
import { openStage } from '../chaos/open-stage.ts';
import { openStoreReader } from '../chaos/stored-rows.ts';

const leaseMs = 1_000;

/**
 * The server stands still (SIGSTOP) in the middle of a call for longer than its lease. Another worker, played by this
 * test, declares it dead and takes its execution; then it wakes up and gets the answer to its call. The other worker
 * never says another word, so that the execution comes back in the end.
 */
test('a server that slept through its lease writes nothing under its old name and repeats only the call in flight', async () => {
  const held = Promise.withResolvers<void>();
  let calls = 0;
  await using stage = await openStage({
    answer: (call) => {
      calls += 1;
      return call.step === 3 && calls === 3 ? { after: held.promise } : {};
    },
    env: { NAVETTE_LEASE_MS: String(leaseMs), NAVETTE_HEARTBEAT_INTERVAL_MS: '200' },
  });
  const { api, counting, server } = stage;
  const run = 'asleep';
  const workflowId = await stage.createWorkflow(run, (url) => createCallChain(url, 5));
  const id = await api.run(workflowId, { run });
  await counting.waitForCall(run, 3);
  await using reader = await openStoreReader(server.dataDir);

  server.signal('SIGSTOP');
  await waitFor(
    async () => {
      const dead = await buryExpired(reader.client, leaseMs);
      return dead.length > 0 && dead;
    },
    { what: 'the lease to run out' },
  );
  expect(await requeueOrphans(reader.client)).toHaveLength(1);
  const other = createUuid();
  await registerWorker(reader.client, { id: other, instance: 'other', version: '0', pid: 1, host: 'other' });
  await reader.client.query(
    `UPDATE executions SET status = 'running', owner = $1, fence = fence + 1, recovered_from = NULL`,
    [other],
  );
  held.resolve();
  await counting.waitForAnswer(run, 3);
  counting.epoch = 1;
  server.signal('SIGCONT');

  expect((await api.waitForEnd(id)).status).toBe('succeeded');
  const called = counting.callsOf(run);
  expect(called.map((call) => call.step)).toEqual([1, 2, 3, 3, 4, 5]);
  expect(checkCalls(run, called, { steps: 5 })).toEqual([]);
  const [history] = await reader.loadHistories();
  expect(checkJournal(history!.execution, history!.chunks)).toEqual([]);
  // The answer that the sleeper got belongs to nobody: the last owner's chunks follow those of before the sleep.
  const takeover = history!.chunks.findIndex((chunk) => chunk.fence > 1);
  expect(history!.chunks[takeover]!.fence).toBe(3);
  const before = history!.chunks.slice(0, takeover).flatMap((chunk) => chunk.records);
  const completed = before.filter((record) => record.type === 'step-completed').map((record) => record.path);
  expect(completed).toEqual(['start', 'call-1', 'call-2']);
  expect(history!.chunks[takeover]!.records[0]).toMatchObject({ type: 'execution-recovered', from: other });
});
