/** Crash points of waits for messages, enumerated (see testing/crash-run.ts). What comes from outside is never lost. */

import { createUuid } from '@navette/kit';
import { failOnUnheardRejections } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import type { NewMessage } from './message-store.ts';
import { type CrashProgram, crashEverywhere, runWithCrash } from './testing/crash-run.ts';
import { define, type EngineWorld } from './testing/engine-world.ts';

failOnUnheardRejections(afterAll);

/** Sends these to the first execution as soon as it is there, each once, as somebody who is never sure would. */
function send(messages: readonly Partial<NewMessage>[], isTime = (_world: EngineWorld) => true) {
  return async (world: EngineWorld) => {
    const row = world.store.list().find(({ parentId }) => parentId === null);
    if (!row || !isTime(world)) return;
    for (const [index, message] of messages.entries()) {
      const result = await world.store.deliver({
        id: createUuid(),
        projectId: world.projectId,
        to: { executionId: row.id },
        channel: 'signal:go',
        once: false,
        body: { kind: 'items', items: [{ json: { word: `word ${index}` } }] },
        idempotencyKey: `message ${index}`,
        ...message,
      });
      if (result.outcome === 'delivered') world.engineClaim([row.id]);
    }
  };
}

const hear = { type: 'hear', parameters: { name: 'go' } };
/** Only once the execution is parked. */
const whenParked = (world: EngineWorld) => world.store.list().some((row) => row.status === 'waiting');

async function survives(program: CrashProgram, inFlight: number) {
  const calm = await runWithCrash(program);
  expect(calm.status).toBe('succeeded');
  await crashEverywhere(program, inFlight);
  return calm;
}

describe('a crash at every journal write', () => {
  it.each([
    ['early', undefined],
    ['late', whenParked],
  ])('takes each of several signals once, when they come %s', async (_name, isTime) => {
    const nodes = { start: 'start', a: 'effect', h1: hear, h2: hear, b: 'effect' };
    const calm = await survives(
      {
        definition: define(nodes, 'start>a,a>h1,h1>h2,h2>b'),
        items: [{ n: 1 }],
        outside: send([{}, {}], isTime),
      },
      1,
    );
    expect(calm.items).toEqual([{ word: 'word 1', b: 'done' }]);
  });

  it('gives two branches a signal each', async () => {
    const nodes = { start: 'start', h1: hear, h2: hear, j: 'join', b: 'effect' };
    const definition = define(nodes, 'start>h1,start>h2,h1>j,h2>j:second,j>b');
    const calm = await runWithCrash({ definition, items: [{}], outside: send([{}, {}]) });
    for (let write = 1; write <= calm.writes; write++) {
      for (const when of ['before', 'after'] as const) {
        const stormy = await runWithCrash(
          { definition, items: [{}], outside: send([{}, {}]) },
          { write, when },
        );
        if (stormy.status === 'never accepted') continue;
        const words = (stormy.items as { word: string }[]).map((item) => item.word).sort();
        expect({ write, when, status: stormy.status, words }).toEqual({
          write,
          when,
          status: 'succeeded',
          words: ['word 0', 'word 1'],
        });
      }
    }
  });

  it('finds what was sent under a key, before and after the wait', async () => {
    for (const isTime of [undefined, whenParked]) {
      const keyed = { type: 'hear', parameters: { name: 'go', key: 'order 7' } };
      const definition = define({ start: 'start', h: keyed, b: 'effect' }, 'start>h,h>b');
      const outside = async (world: EngineWorld) => {
        const [row] = world.store.list();
        if (!row) return;
        await send([{ to: { workflowId: row.workflowId, key: 'order 7' } }], isTime)(world);
      };
      await survives({ definition, items: [{}], outside }, 1);
    }
  });

  it('decides once between a decision and the end of its time', async () => {
    const ask = { type: 'ask', parameters: { timeoutMs: 30_000, rule: { port: 'expired' } } };
    const nodes = { start: 'start', q: ask, yes: 'effect', late: 'effect' };
    const definition = define(nodes, 'start>q,q.approved>yes,q.expired>late');
    const decision = {
      channel: 'approval:q',
      once: true,
      body: {
        kind: 'decision' as const,
        decision: {
          decision: 'approved' as const,
          by: { kind: 'user' as const, id: 'u', name: 'Ada' },
          comment: '',
          values: {},
          at: '2026-01-01T00:00:00.000Z',
        },
      },
    };
    const approved = await survives({ definition, items: [{}], outside: send([decision], whenParked) }, 1);
    expect(approved.effects.map(({ node }) => node)).toEqual(['yes']);
    // When it expired depends on when the wait began: before the crash or after it.
    const calm = await runWithCrash({ definition, items: [{}] });
    for (let write = 1; write <= calm.writes; write++) {
      for (const when of ['before', 'after'] as const) {
        const stormy = await runWithCrash({ definition, items: [{}] }, { write, when });
        if (stormy.status === 'never accepted') continue;
        const nodes = [...new Set(stormy.effects.map(({ node }) => node))];
        expect({ write, when, status: stormy.status, nodes }).toEqual({
          write,
          when,
          status: 'succeeded',
          nodes: ['late'],
        });
      }
    }
  });

  it('sends the signal of a step once', async () => {
    const workflowId = createUuid();
    const encoded = `wfl_${workflowId.replaceAll('-', '')}`;
    const tell = { type: 'tell', parameters: { workflowId: encoded, key: 'k', name: 'go' } };
    const call = { type: 'call', parameters: { workflowId: encoded } };
    const keyed = { type: 'hear', parameters: { name: 'go', key: 'k' } };
    const definition = define({ start: 'start', c: call, t: tell, b: 'effect' }, 'start>c,start>t,t>b');
    const called = define({ in: 'called', h: keyed }, 'in>h');
    await survives({ definition, items: [{ n: 1 }], called: [{ workflowId, definition: called }] }, 2);
  });
});
