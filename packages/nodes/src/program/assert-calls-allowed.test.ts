import { describe, expect, it } from 'vitest';
import { builtinNodes } from '../index.ts';
import { assertCallsAllowed } from './assert-calls-allowed.ts';
import { notCallable } from './not-callable.ts';

describe('a program', () => {
  it.each([
    ["await ctx.run('for-each', {});", 'for (const item of items)'],
    ['await ctx.outputs("merge");', 'ctx.all'],
    ['await ctx\n    .run(\n `if` , {});', 'if (…)'],
  ])('that calls a node of graphs is refused, and told what to write: %s', (line, advice) => {
    const source = `// ctx.run('loop')\nexport default async (ctx) => {\n  const text = "ctx.run('loop')";\n  ${line}\n};`;
    expect(() => assertCallsAllowed(source)).toThrow(
      expect.objectContaining({
        code: 'PROGRAM_CALL_REFUSED',
        help: expect.stringContaining(advice),
        params: expect.objectContaining({ line: line.startsWith('await ctx\n') ? 6 : 4 }),
      }),
    );
  });

  it.each([
    "await ctx.run('sort', {})",
    "await ctx.run(type, {}); const type = 'loop';",
    "await other.run('loop')",
    "await ctx.run('loop",
  ])('is let pass: %s', (source) => expect(() => assertCallsAllowed(source)).not.toThrow());
});

it('is the same in the table and at the nodes', () => {
  const marked = builtinNodes.flatMap((node) =>
    node.kind === 'node' && node.notCallable !== undefined ? [[node.type, node.notCallable]] : [],
  );
  expect(Object.fromEntries(marked)).toEqual(notCallable);
  // What works on several inputs or runs a part of the graph can do neither for a program.
  for (const node of builtinNodes) {
    if (node.kind !== 'node' || !node.passes) continue;
    expect(Object.keys(notCallable)).toContain(node.type);
  }
});
