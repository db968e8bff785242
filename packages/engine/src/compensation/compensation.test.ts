import { describe, expect, it } from 'vitest';
import type { VersionRecord } from '../ports.ts';
import { define } from '../testing/engine-world.ts';
import { type CrashAt, type FollowUpWorld, openFollowUpWorld } from '../testing/follow-up-world.ts';

const undoing = (id: string, over: object = {}) => ({
  type: 'effect',
  settings: { compensate: [id] },
  ...over,
});
const fatal = { type: 'effect', parameters: { failTimes: 99, fatal: true } };

/** Books, charges and ships; shipping fails. Each of the first two has a node that undoes it. */
const trip = (over: Record<string, unknown> = {}) =>
  define(
    {
      start: 'start',
      book: undoing('unbook', { parameters: { value: 'B1' } }),
      charge: undoing('refund', { parameters: { value: 'C1' } }),
      ship: fatal,
      unbook: 'effect',
      refund: 'effect',
      ...over,
    },
    'start>book,book>charge,charge>ship',
  );

async function runTrip(
  definition = trip(),
  crashAt?: CrashAt,
): Promise<FollowUpWorld & { version: VersionRecord }> {
  const opened = openFollowUpWorld(crashAt);
  const version = opened.world.addVersion(definition);
  await opened.run(version, { items: [{ json: { n: 1 } }] });
  return Object.assign(opened, { version });
}

const listCompensations = ({ world }: FollowUpWorld) =>
  world.store.list().filter((row) => row.mode === 'compensation');
const nodesOf = ({ world }: FollowUpWorld) => world.effects.map((effect) => effect.node);

describe('compensation', () => {
  it('undoes what was done, last first, with what each step gave', async () => {
    const stage = await runTrip();
    expect(nodesOf(stage)).toEqual(['book', 'charge', 'ship', 'refund~1', 'unbook~2']);
    const [failed, compensation] = stage.world.store.list();
    expect([failed!.status, compensation!.status]).toEqual(['failed', 'succeeded']);
    expect(compensation).toMatchObject({
      mode: 'compensation',
      retryOf: failed!.id,
      origin: { kind: 'compensation' },
    });
    const [refund, unbook] = stage.world.effects.slice(3);
    expect(refund!.item).toEqual({ n: 1, book: 'B1', charge: 'C1' });
    expect(unbook!.item).toEqual({ n: 1, book: 'B1' });
    expect((await stage.world.records(failed!.id)).at(-1)).toMatchObject({
      followUps: [{ kind: 'compensation', executionId: compensation!.id }],
    });
  });

  it('runs each step once under one key, whichever write the worker dies at', async () => {
    const calm = await runTrip();
    const { writes } = calm.store;
    expect(writes).toBeGreaterThanOrEqual(7);
    for (let write = 1; write <= writes; write++) {
      for (const when of ['before', 'after'] as const) {
        const stage = await runTrip(trip(), { write, when });
        const where = `${when} write ${write} of ${writes}`;
        const accepted = stage.world.store.list().length > 0;
        const statuses = stage.world.store.list().map((row) => row.status);
        expect({ where, statuses }).toEqual({ where, statuses: accepted ? ['failed', 'succeeded'] : [] });
        if (!accepted) continue;
        const groups = Map.groupBy(stage.world.effects, (effect) => effect.key);
        const undone = [...groups.values()]
          .map(([first]) => first!.node)
          .filter((node) => node.includes('~'));
        expect({ where, undone }).toEqual({ where, undone: ['refund~1', 'unbook~2'] });
        // What was in flight when the worker died is tried again under its key; nothing else is.
        const repeats = [...groups.values()].filter((list) => list.length > 1);
        expect({ where, repeats: repeats.length <= 1 }).toEqual({ where, repeats: true });
      }
    }
  });

  it('goes on after a compensation that fails, and tells of it in the end', async () => {
    const stage = await runTrip(trip({ refund: fatal }));
    expect(nodesOf(stage)).toEqual(['book', 'charge', 'ship', 'refund~1', 'unbook~2']);
    const [compensation] = listCompensations(stage);
    expect(compensation).toMatchObject({ status: 'failed', error: { code: 'COMPENSATION_INCOMPLETE' } });
    expect(compensation!.error!.message).toBe(
      '1 of 2 compensation steps failed: "refund (charge)". The first: Fatal',
    );
  });

  it('that failed is retried where it failed, under the same key', async () => {
    const stage = await runTrip(
      trip({ refund: { type: 'effect', parameters: { failTimes: 1, fatal: true } } }),
    );
    const [first] = listCompensations(stage);
    await stage.engine.retry(stage.world.projectId, first!.id);
    await stage.settle();
    expect(listCompensations(stage).map((row) => row.status)).toEqual(['failed', 'succeeded']);
    const refunds = stage.world.effects.filter((effect) => effect.node === 'refund~1');
    expect(new Set(refunds.map((effect) => effect.key)).size).toBe(1);
    expect(nodesOf(stage).slice(3)).toEqual(['refund~1', 'unbook~2', 'refund~1']);
  });

  it('undoes the items that were done of a step that failed half way', async () => {
    const charge = undoing('refund', { parameters: { failOn: 2, failTimes: 9, fatal: true } });
    const opened = openFollowUpWorld();
    const version = opened.world.addVersion(trip({ charge }));
    await opened.run(version, { items: [1, 2, 3].map((n) => ({ json: { n } })) });
    const undone = opened.world.effects.filter((effect) => effect.node.includes('~'));
    expect(undone.map(({ node, item }) => [node, (item as { n: number }).n])).toEqual([
      ['refund~1', 1],
      ['unbook~2', 1],
      ['unbook~2', 2],
      ['unbook~2', 3],
    ]);
  });

  it('undoes what the passes of a loop did, last first, each with its own', async () => {
    const opened = openFollowUpWorld();
    const nodes = { start: 'start', l: 'each', charge: undoing('refund'), ship: fatal, refund: 'effect' };
    const version = opened.world.addVersion(define(nodes, 'start>l, l.item>charge, charge>l, l.done>ship'));
    await opened.run(version, { items: [1, 2, 3].map((n) => ({ json: { n } })) });
    const [failed, compensation] = opened.world.store.list();
    expect([failed!.status, compensation!.status]).toEqual(['failed', 'succeeded']);
    const charged = (await opened.world.records(failed!.id)).flatMap((record) =>
      record.type === 'step-completed' && record.path.endsWith('/charge') ? [record.path] : [],
    );
    const [plan] = await opened.world
      .records(compensation!.id)
      .then((records) => records.filter((record) => record.type === 'execution-prepared'));
    expect(plan!.compensations!.map((step) => step.undoes)).toEqual(charged.toReversed());
    const undone = opened.world.effects.filter((effect) => effect.node.startsWith('refund~'));
    expect(undone.map(({ item }) => (item as { n: number }).n).sort()).toEqual([1, 2, 3]);
  });

  it('leaves what a fork took over from an execution that succeeded', async () => {
    const stage = await runTrip(trip({ ship: 'effect' }));
    const [done] = stage.world.store.list();
    const failing = stage.world.addVersion(trip(), stage.version.workflowId);
    const { projectId } = stage.world;
    const executionId = done!.id;
    await stage.engine.fork({ projectId, executionId, after: 'book', version: failing });
    await stage.settle();
    const undone = nodesOf(stage).filter((node) => node.includes('~'));
    expect(undone).toEqual(['refund~1']);
  });

  it('reads what other steps gave through expressions', async () => {
    const refund = { type: 'pass', parameters: { add: { seat: "{{ $('book').first().json.book }}" } } };
    const stage = await runTrip(trip({ refund }));
    const [compensation] = listCompensations(stage);
    expect(compensation!.status).toBe('succeeded');
    const records = await stage.world.records(compensation!.id);
    const done = records.find((record) => record.type === 'step-completed' && record.path === 'refund~1');
    expect(done).toMatchObject({ outputs: { main: [{ json: { seat: 'B1', charge: 'C1' } }] } });
  });

  it('follows a cancellation, of what runs as of what waits', async () => {
    for (const last of ['hang', { type: 'nap', parameters: { ms: 3_600_000 } }]) {
      const stage = await runTrip(trip({ ship: last }));
      const [execution] = stage.world.store.list();
      expect(execution!.status).toBe(last === 'hang' ? 'running' : 'waiting');
      await stage.engine.cancel(stage.world.projectId, execution!.id);
      await stage.settle();
      expect(stage.world.store.list().map((row) => row.status)).toEqual(['cancelled', 'succeeded']);
      expect(nodesOf(stage).filter((node) => node.includes('~'))).toEqual(['refund~1', 'unbook~2']);
    }
  });

  it('is not made when nothing was done, and not after success', async () => {
    const early = await runTrip(trip({ book: { ...fatal, settings: { compensate: ['unbook'] } } }));
    expect(early.world.store.list().map((row) => row.status)).toEqual(['failed']);
    const fine = await runTrip(trip({ ship: 'effect' }));
    expect(fine.world.store.list().map((row) => row.status)).toEqual(['succeeded']);
    expect(nodesOf(fine)).toEqual(['book', 'charge', 'ship']);
  });
});

describe('a retry after a compensation', () => {
  it('does what was undone again, as new effects', async () => {
    const stage = await runTrip(
      trip({ ship: { type: 'effect', parameters: { failTimes: 1, fatal: true } } }),
    );
    const [failed] = stage.world.store.list();
    const before = stage.world.effects.length;
    await stage.engine.retry(stage.world.projectId, failed!.id);
    await stage.settle();
    const again = stage.world.effects.slice(before);
    expect(again.map((effect) => effect.node)).toEqual(['book', 'charge', 'ship', 'refund~1', 'unbook~2']);
    const old = new Set(stage.world.effects.slice(0, before).map((effect) => effect.key));
    expect(again.filter((effect) => old.has(effect.key))).toEqual([]);
  });

  it('is refused while it is open what is undone', async () => {
    const stage = await runTrip(trip({ refund: fatal }));
    const [failed] = stage.world.store.list();
    await expect(stage.engine.retry(stage.world.projectId, failed!.id)).rejects.toMatchObject({
      code: 'EXECUTION_COMPENSATING',
    });
    const [compensation] = listCompensations(stage);
    const rerun = { projectId: stage.world.projectId, executionId: compensation!.id, from: 'refund' };
    await expect(stage.engine.rerun(rerun)).rejects.toMatchObject({ code: 'COMPENSATION_RETRY_ONLY' });
  });
});
