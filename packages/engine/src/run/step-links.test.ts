import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { define, EngineWorld } from '../testing/engine-world.ts';

const links = {
  type: 'pass',
  parameters: {
    add: {
      next: '{{ $execution.resumeUrl ?? null }}',
      old: '{{ $resumeWebhookUrl ?? null }}',
    },
  },
};
const says = (expression: string) => ({ type: 'pass', parameters: { add: { link: `{{ ${expression} }}` } } });

async function run(definition: ReturnType<typeof define>, items: object[] = [{}]) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const { executionId } = await world.createEngine().start({
    projectId: world.projectId,
    version: world.addVersion(definition),
    triggerNodeId: 'start',
    items: items.map((json) => ({ json: json as never })),
    mode: 'api',
  });
  await clock.advance(100);
  const records = await world.records(executionId);
  const outputs = (path: string) => {
    for (const record of records)
      if (record.type === 'step-completed' && record.path === path) return record.outputs['main']?.[0]?.json;
    return undefined;
  };
  const failure = records.find((record) => record.type === 'step-failed');
  return { outputs, code: failure?.type === 'step-failed' ? failure.error.code : undefined };
}

describe('the link to the next step that waits', () => {
  it('is that of the nearest one ahead, and none where there is none', async () => {
    const nodes = { start: 'start', a: links, b: 'pass', r1: 'resumed', r2: 'resumed', c: links };
    const { outputs } = await run(define(nodes, 'start>a,start>c,a>b,b>r1,r1>r2'));
    expect(outputs('a')).toEqual({ next: 'resume r1', old: 'resume r1' });
    expect(outputs('c')).toEqual({ next: null, old: null });
  });

  it('is that of the same pass, or of what comes after the loop', async () => {
    const nodes = {
      start: 'start',
      l: { type: 'each', parameters: { window: 2 } },
      a: links,
      r: 'resumed',
      z: 'resumed',
    };
    const inside = await run(define(nodes, 'start>l,l.item>a,a>r,r>l,l.done>z'), [{}, {}]);
    expect(inside.outputs('l#0/a')).toMatchObject({ next: 'resume l#0/r' });
    expect(inside.outputs('l#1/a')).toMatchObject({ next: 'resume l#1/r' });
    const { r: _r, ...without } = nodes;
    const after = await run(define(without, 'start>l,l.item>a,a>l,l.done>z'));
    expect(after.outputs('l#0/a')).toMatchObject({ next: 'resume z' });
  });
});

describe('a link that is asked for', () => {
  it('names the node, or is the next one', async () => {
    const nodes = {
      start: 'start',
      a: says("$execution.links.resume('r2')"),
      b: says("$execution.links.approval(' Ana@Example.com ')"),
      r1: 'resumed',
      q: 'ask',
      r2: 'resumed',
    };
    const { outputs } = await run(define(nodes, 'start>a,a>b,b>r1,r1>q,q.approved>r2'));
    expect(outputs('a')).toEqual({ link: 'resume r2' });
    expect(outputs('b')).toEqual({ link: 'decide q as ana@example.com' });
  });

  it.each([
    ["$execution.links.approval('ana@example.com')", 'LINK_NO_STEP'],
    ["$execution.links.resume('r')", undefined],
    ["$execution.links.resume('start')", 'LINK_NO_STEP'],
    ["$execution.links.resume('nobody')", 'LINK_NO_STEP'],
    ["$execution.links.approval('ana')", 'LINK_NO_PERSON'],
  ])('%s: %s', async (expression, code) => {
    const found = await run(define({ start: 'start', a: says(expression), r: 'resumed' }, 'start>a,a>r'));
    expect(found.code).toBe(code);
  });
});
