/** The coded workflows of the guides are well typed, and would not be with a wrong call in them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkProgram } from '../../apps/cli/src/program/check-program.ts';
import { readProgramTypes } from '../../apps/cli/src/program/program-types.ts';
import { listPages, root } from './read-page.ts';

const blocks = listPages()
  .flatMap((page) => page.blocks)
  .filter((block) => block.language === 'ts' && /^program( file=[\w.-]+)?$/.test(block.info));

test('there are some', () => expect(blocks.length).toBeGreaterThanOrEqual(3));

test.each(blocks.map((block) => [block.place, block.text] as const))('%s', async (_, source) => {
  expect(await checkProgram({ source, language: 'typescript' })).toEqual([]);
  const wrong = source.replace(/\bctx\.(\w+)\(/, 'ctx.$1Nope(');
  expect(await checkProgram({ source: wrong, language: 'typescript' })).toMatchObject([{ code: 'TS2339' }]);
});

test('the types, the guide and the sandbox have the same calls', async () => {
  const prelude = readFileSync(join(root, 'packages/sandbox/src/programs/prelude.ts'), 'utf8');
  const [, made = ''] = /const ctx = freeze\(\{\n([\s\S]*?)\n\}\);/.exec(prelude) ?? [];
  const calls = [...made.matchAll(/^ {2}(\w+)(?=[:,])/gm)].map((match) => match[1]!);
  expect(calls.length).toBeGreaterThanOrEqual(12);
  const [, typed = ''] = /\ninterface Ctx \{\n([\s\S]*?)\n\}/.exec(await readProgramTypes()) ?? [];
  expect([...typed.matchAll(/^ {2}(\w+)(?=[<(])/gm)].map((match) => match[1]!).sort()).toEqual(calls.sort());
  const guide = listPages().find((page) => page.path === 'docs/guide/coded-workflows.md')!;
  for (const call of calls) expect(guide.text).toContain(`\`ctx.${call}(`);
});
