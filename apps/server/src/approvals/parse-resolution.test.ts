import { type ResolveRequest, resolveRequestSchema } from '@navette/contracts';
import { describe, expect, it } from 'vitest';
import { parseResolution } from './parse-resolution.ts';

const parse = (items: number[] | null, body: Partial<ResolveRequest>) =>
  parseResolution({ items }, resolveRequestSchema.parse({ question: 1, ...body }));

describe('an answer', () => {
  it('is for the step as a whole, or for every item in doubt', () => {
    expect(parse(null, { outcome: 'retry' })).toEqual([{ outcome: 'retry' }]);
    expect(parse(null, { outcome: 'done', output: { paid: true } })).toEqual([
      { outcome: 'done', items: [{ json: { paid: true } }] },
    ]);
    expect(parse([0, 2], { outcome: 'fail' })).toEqual([
      { item: 0, outcome: 'fail' },
      { item: 2, outcome: 'fail' },
    ]);
  });

  it('may say something else of some items', () => {
    const items = [{ item: 2, outcome: 'done' as const, output: [{ a: 1 }, { a: 2 }] }];
    expect(parse([0, 2], { outcome: 'retry', items })).toEqual([
      { item: 0, outcome: 'retry' },
      { item: 2, outcome: 'done', items: [{ json: { a: 1 } }, { json: { a: 2 } }] },
    ]);
  });

  it.each<[string, number[] | null, Partial<ResolveRequest>, string]>([
    ['nothing is said', null, {}, '/body/outcome'],
    ['an item is left out', [0, 1], { items: [{ item: 0, outcome: 'retry' }] }, '/body/outcome'],
    ['an item is not in doubt', [0], { items: [{ item: 1, outcome: 'retry' }] }, '/body/items/0/item'],
    ['the whole step is in doubt', null, { items: [{ item: 0, outcome: 'retry' }] }, '/body/items/0/item'],
    [
      'an item is there twice',
      [0],
      {
        items: [
          { item: 0, outcome: 'retry' },
          { item: 0, outcome: 'fail' },
        ],
      },
      '/body/items/1/item',
    ],
    ['several items would give the same', [0, 1], { outcome: 'done', output: {} }, '/body/output'],
  ])('is refused when %s', (_what, asked, body, path) => {
    expect(() => parse(asked, body)).toThrow(
      expect.objectContaining({
        code: 'REQUEST_INVALID',
        issues: expect.arrayContaining([expect.objectContaining({ path })]),
      }),
    );
  });

  it('with output is for what was done alone', () => {
    const issuesOf = (body: object) =>
      resolveRequestSchema
        .safeParse({ question: 1, ...body })
        .error?.issues.map(({ path }) => path.join('/'));
    expect(issuesOf({ outcome: 'retry', output: {} })).toEqual(['output']);
    expect(issuesOf({ items: [{ item: 0, outcome: 'fail', output: {} }] })).toEqual(['items/0/output']);
    expect(issuesOf({ outcome: 'later' })).toEqual(['outcome']);
    expect(issuesOf({ outcome: 'retry', question: 0 })).toEqual(['question']);
  });
});
