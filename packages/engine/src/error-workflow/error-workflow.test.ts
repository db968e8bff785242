import { encodeId } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import type { VersionRecord } from '../ports.ts';
import { define } from '../testing/engine-world.ts';
import { type CrashAt, type FollowUpWorld, openFollowUpWorld } from '../testing/follow-up-world.ts';

const failing = { type: 'effect', parameters: { failTimes: 99, fatal: true } };

interface Stage extends FollowUpWorld {
  handler: VersionRecord;
  /** A workflow that fails in step `b`, under the handler. */
  broken: VersionRecord;
}

function openStage(
  options: { crashAt?: CrashAt; settings?: Record<string, unknown>; handlerSettings?: object } = {},
): Stage {
  const opened = openFollowUpWorld(options.crashAt);
  const { world } = opened;
  const handler = world.addVersion(
    define({ error: 'on-error', note: 'effect' }, 'error>note', { ...options.handlerSettings }),
  );
  const settings = { errorWorkflow: encodeId('workflow', handler.workflowId), ...options.settings };
  const broken = world.addVersion(define({ start: 'start', a: 'pass', b: failing }, 'start>a,a>b', settings));
  return Object.assign(opened, { handler, broken });
}

const listErrors = ({ world }: Stage) => world.store.list().filter((row) => row.mode === 'error');

describe('an error workflow', () => {
  it('gets the failure, where it happened and how much there was, without the data', async () => {
    const stage = openStage();
    await stage.run(stage.broken, { items: [{ json: { secret: 'canary' } }] });
    const [failed, handled] = stage.world.store.list();
    expect([failed!.status, handled!.status]).toEqual(['failed', 'succeeded']);
    expect(handled).toMatchObject({
      mode: 'error',
      workflowId: stage.handler.workflowId,
      retryOf: failed!.id,
      origin: { kind: 'error', errorDepth: 1 },
    });
    const [effect] = stage.world.effects.filter((one) => one.node === 'note');
    expect(effect!.item).toMatchObject({
      error: {
        code: 'TEST_FATAL',
        message: 'Fatal',
        step: 'b',
        node: { id: 'b', name: 'b', type: 'effect' },
      },
      execution: { id: encodeId('execution', failed!.id), mode: 'api', retryOf: null },
      workflow: { id: encodeId('workflow', stage.broken.workflowId), name: 'Test' },
      lastInput: { counts: { main: 1 }, items: null },
    });
    expect(JSON.stringify(effect)).not.toContain('canary');
    expect((await stage.world.records(failed!.id)).at(-1)).toMatchObject({
      type: 'execution-finished',
      followUps: [{ kind: 'error', executionId: handled!.id }],
    });
  });

  it('gets the items of the failed step when the workflow says so', async () => {
    const stage = openStage({ settings: { errorReport: { input: 'items' } } });
    await stage.run(stage.broken, { items: [{ json: { order: 7 } }] });
    expect(stage.world.effects.at(-1)!.item).toMatchObject({
      lastInput: { counts: { main: 1 }, items: { main: [{ json: { order: 7 } }] } },
    });
  });

  it('is started once, whichever write the worker dies at', async () => {
    const calm = openStage();
    await calm.run(calm.broken);
    const { writes } = calm.store;
    expect(writes).toBeGreaterThanOrEqual(4);
    for (let write = 1; write <= writes; write++) {
      for (const when of ['before', 'after'] as const) {
        const stage = openStage({ crashAt: { write, when } });
        await stage.run(stage.broken);
        const where = `${when} write ${write} of ${writes}`;
        const accepted = stage.world.store.list().some((row) => row.mode === 'api');
        expect({ where, errors: listErrors(stage).map((row) => row.status) }).toEqual({
          where,
          errors: accepted ? ['succeeded'] : [],
        });
        const keys = stage.world.effects.filter((one) => one.node === 'note').map((one) => one.key);
        expect({ where, keys: new Set(keys).size }).toEqual({ where, keys: accepted ? 1 : 0 });
      }
    }
  });

  it('does not start for runs by hand unless asked, nor for what is cancelled or succeeds', async () => {
    const stage = openStage();
    await stage.run(stage.broken, { mode: 'manual' });
    expect(listErrors(stage)).toEqual([]);
    const [manual] = stage.world.store.list();
    await stage.engine.retry(stage.world.projectId, manual!.id);
    await stage.settle();
    expect(listErrors(stage)).toEqual([]);

    const settings = stage.broken.definition.settings;
    const fine = stage.world.addVersion({
      ...define({ start: 'start', a: 'pass' }, 'start>a'),
      settings,
    });
    const hanging = stage.world.addVersion({
      ...define({ start: 'start', h: 'hang' }, 'start>h'),
      settings,
    });
    await stage.run(fine);
    await stage.run(hanging);
    await stage.engine.cancel(stage.world.projectId, stage.world.store.list().at(-1)!.id);
    await stage.settle();
    expect(stage.world.store.list().at(-1)!.status).toBe('cancelled');
    expect(listErrors(stage)).toEqual([]);

    const asked = openStage({ settings: { errorReport: { manualRuns: true } } });
    await asked.run(asked.broken, { mode: 'manual' });
    expect(listErrors(asked)).toHaveLength(1);
    expect(listErrors(asked)[0]!.origin).toMatchObject({ attended: true });
  });

  it('that fails starts its own, three deep, and then none', async () => {
    const stage = openStage();
    // The handler of the handler is itself, and it always fails.
    const loop = stage.world.addVersion(define({ error: 'on-error', f: failing }, 'error>f'));
    loop.definition.settings.errorWorkflow = encodeId('workflow', loop.workflowId);
    stage.broken.definition.settings.errorWorkflow = encodeId('workflow', loop.workflowId);
    await stage.run(stage.broken);
    expect(listErrors(stage).map((row) => row.origin?.errorDepth)).toEqual([1, 2, 3]);
    const last = await stage.world.records(listErrors(stage)[2]!.id);
    expect(last.at(-1)).toMatchObject({
      followUps: [{ kind: 'error', refused: 'Error workflows led to each other 3 times already' }],
    });
  });

  it('cannot lead to itself through a called workflow for ever', async () => {
    const stage = openStage();
    const loop = stage.world.addVersion(define({ error: 'on-error', c: 'call' }, 'error>c'));
    const errorWorkflow = encodeId('workflow', loop.workflowId);
    const called = stage.world.addVersion(
      define({ called: 'called', f: failing }, 'called>f', { errorWorkflow }),
    );
    loop.definition.nodes[1]!.parameters = { workflowId: encodeId('workflow', called.workflowId) };
    stage.broken.definition.settings.errorWorkflow = errorWorkflow;
    await stage.run(stage.broken);
    expect(listErrors(stage).map((row) => row.origin?.errorDepth)).toEqual([1, 2, 3]);
  });

  it('that cannot start is on record, and the failure stands as it is', async () => {
    const stage = openStage();
    const missing = encodeId('workflow', stage.broken.versionId);
    stage.broken.definition.settings.errorWorkflow = missing;
    await stage.run(stage.broken);
    const [failed] = stage.world.store.list();
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'TEST_FATAL' } });
    expect((await stage.world.records(failed!.id)).at(-1)).toMatchObject({
      followUps: [{ kind: 'error', refused: 'The error workflow does not exist or is not published' }],
    });
  });

  it('starts for executions that run into their time limit', async () => {
    const stage = openStage();
    const slow = stage.world.addVersion({
      ...define({ start: 'start', h: 'hang' }, 'start>h'),
      settings: { ...stage.broken.definition.settings, timeoutMs: 2_000 },
    });
    await stage.run(slow);
    expect(stage.world.effects.at(-1)!.item).toMatchObject({
      error: { code: 'EXECUTION_TIMEOUT', step: null },
    });
    expect(listErrors(stage)).toHaveLength(1);
  });
});
