import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../compile-template.ts';
import { expressionErrors } from '../errors.ts';
import type { ExpressionScope, ItemView } from '../scope.ts';
import { type Expectation, findMismatch } from '../testing/expectation.ts';
import { type CaseContext, RunDataScope } from '../testing/run-data-scope.ts';
import { createTestScope } from '../testing/test-scope.ts';

/** Cases recorded from n8n's own tests. They are not part of this repository; without them nothing is compared. */
const folder = new URL('../../../../../shared/conformance/n8n/', import.meta.url);
const baselineFile = new URL('../../conformance-baseline.json', import.meta.url);

interface ExpressionCase {
  id: string;
  expression: string;
  expect: Expectation;
  items?: ItemView[];
  context?: string;
  env?: Record<string, unknown>;
}

function readCases(): ExpressionCase[] {
  const text = readFileSync(new URL('expressions.jsonl', folder), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function createScope(
  contexts: Record<string, CaseContext>,
  { context, items, env }: ExpressionCase,
): ExpressionScope {
  if (context !== undefined) return new RunDataScope(contexts[context]!, contexts[context]!.activeNode, env);
  const scope = createTestScope({ items: items ?? [], timeZone: 'America/New_York', now: () => Date.now() });
  if (items?.[0]) return scope;
  return Object.defineProperty(scope, 'json', {
    get() {
      throw expressionErrors.create('EXPRESSION_NO_ITEM');
    },
  });
}

describe.skipIf(!existsSync(folder))('n8n expression cases', () => {
  it('differ exactly where the baseline says so', () => {
    const contexts = JSON.parse(readFileSync(new URL('contexts.json', folder), 'utf8'));
    const baseline: Record<string, string> = JSON.parse(readFileSync(baselineFile, 'utf8')).failing;
    const cases = readCases();
    const failing: Record<string, string> = {};
    for (const one of cases) {
      const evaluate = () =>
        compileTemplate(one.expression, { mode: 'n8n' }).evaluate(createScope(contexts, one));
      const mismatch = findMismatch(one.expect, evaluate);
      if (mismatch !== undefined) failing[one.id] = `${one.expression} ${mismatch}`;
    }
    console.log(
      `n8n expressions: ${cases.length - Object.keys(failing).length} of ${cases.length} cases pass`,
    );
    const unlisted = Object.keys(failing).filter((id) => !(id in baseline));
    const mended = Object.keys(baseline).filter((id) => !(id in failing));
    expect(unlisted.map((id) => `${id}: ${failing[id]}`)).toEqual([]);
    expect(mended, 'these pass now: take them out of conformance-baseline.json').toEqual([]);
  });
});
