import { createFakeClock } from '@navette/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { define, EngineWorld } from '../testing/engine-world.ts';
import { findRegions } from './regions.ts';
import { validateDefinition } from './validate.ts';

const { nodeTypes } = new EngineWorld(createFakeClock());
const nodes = {
  start: 'start',
  l: 'loop',
  m: 'loop',
  each: 'each',
  a: 'pass',
  b: 'pass',
  c: 'join',
  if: 'branch',
};

/** Only nodes that an edge names are there. */
function validate(edges: string): string[] {
  const named = Object.entries(nodes).filter(([id]) => new RegExp(`\\b${id}\\b`).test(edges));
  const definition = define(Object.fromEntries(named), edges);
  return validateDefinition(definition, nodeTypes).map((issue) => `${issue.path} ${issue.message}`);
}

describe('loops that are well formed', () => {
  it.each([
    ['a body of one node', 'start>l, l.loop>a, a>l'],
    ['none', 'start>l, l.done>a'],
    ['an edge back to itself', 'start>l, l.loop>l'],
    ['a branch that ends inside', 'start>l, l.loop>a, a>b, a>l, l.done>c'],
    ['several ways back', 'start>l, l.loop>if, if.true>a, if.false>l, a>l'],
    ['a way back that breaks', 'start>l, l.loop>if, if.true>l:break, if.false>l'],
    ['a loop in a loop', 'start>l, l.loop>m, m.loop>a, a>m, m.done>l, l.done>b'],
    ['a loop after a loop', 'start>l, l.loop>a, a>l, l.done>m, m.loop>b, b>m'],
    ['a loop that leads straight into another body', 'start>l, l.loop>m, m.loop>m, m.done>l'],
    ['joins inside of the body', 'start>each, each.item>a, each.item>b, a>c, b>c:second, c>each'],
    ['nothing that starts it yet', 'l.loop>m, m.loop>a, a>m, m.done>b, b>l'],
  ])('%s', (_, edges) => {
    expect(validate(edges)).toEqual([]);
  });
});

describe('what is refused, with the edge and the way out', () => {
  it.each([
    [
      'a circle through other nodes',
      'start>a, a>b, b>a',
      '/edges/2 The nodes form a circle: "a" → "b" → "a". Circles go through a loop node: put one in front of "a", lead "b" back to it, and its output into the loop to "a"',
    ],
    [
      'a circle inside of a body',
      'start>l, l.loop>a, a>b, b>a, b>l',
      '/edges/3 The nodes form a circle: "a" → "b" → "a". Circles go through a loop node: put one in front of "a", lead "b" back to it, and its output into the loop to "a"',
    ],
    [
      'a way back from the wrong output',
      'start>l, l.loop>a, a>l, l.done>b, b>l',
      '/edges/4 The nodes form a circle: "l" → "b" → "l". Only what the output "loop" of "l" leads to may lead back to it',
    ],
    [
      'a body that never comes back',
      'start>l, l.loop>a, a>b',
      '/nodes/1 The output "loop" of "l" leads to "a", but nothing leads back. Join the last node of the loop to "l"',
    ],
    [
      'a body that is entered from outside',
      'start>l, l.loop>a, a>l, start>a',
      '/edges/1 "a" is reached from inside the loop "l" (from "l") and from outside of it (from "start"). The body of a loop is entered and left through its node',
    ],
    [
      'a body that is left on the way',
      'start>l, l.loop>a, a>l, l.done>b, a>b',
      '/edges/4 "b" is reached from inside the loop "l" (from "a") and from outside of it (from "l"). The body of a loop is entered and left through its node',
    ],
    [
      'an inner body that leads back to the outer node',
      'start>l, l.loop>m, m.loop>a, a>m, a>l, m.done>l',
      '/edges/4 "a" leads out of the loop "m" straight to "l". A loop is left through its node: lead back to "m", and from its outputs on',
    ],
    [
      'two loops that share a body',
      'start>l, start>m, l.loop>a, m.loop>a, a>l, a>m',
      '/edges/2 "a" is reached from inside the loop "l" (from "l") and from outside of it (from "m"). The body of a loop is entered and left through its node',
    ],
  ])('%s', (_, edges, issue) => {
    expect(validate(edges)).toContain(issue);
  });
});

describe('whatever the graph', () => {
  it('an accepted one falls into bodies that no edge crosses, and without the ways back it has no circle', () => {
    const ids = ['a', 'b', 'c', 'd', 'l', 'm'];
    const edge = fc.record({
      from: fc.constantFrom('start', ...ids),
      fromPort: fc.constantFrom('main', 'loop', 'loop', 'done'),
      to: fc.constantFrom(...ids),
    });
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(edge, { minLength: 1, maxLength: 8 }), (edges) => {
        const definition = define(
          { start: 'start', a: 'pass', b: 'pass', c: 'pass', d: 'pass', l: 'loop', m: 'loop' },
          '',
        );
        definition.edges.push(...edges.map((one) => ({ ...one, toPort: 'main', kind: 'main' as const })));
        const loops = new Map([
          ['l', { port: 'loop' }],
          ['m', { port: 'loop' }],
        ]);
        const { owners, returns, issues } = findRegions(definition, loops);
        if (issues.length > 0) return;
        accepted += 1;
        definition.edges.forEach((one, index) => {
          const from = loops.has(one.from) && one.fromPort === 'loop' ? one.from : owners.get(one.from);
          if (returns.has(index)) expect(one.to).toBe(from);
          else expect(owners.get(one.to)).toBe(from);
        });
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });
});
