import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { createQuickJsEngine } from '../quickjs/quickjs-engine.ts';
import { createTask, readOutput } from '../testing/engine-under-test.ts';
import { codeModuleNames, readCodeModules } from './code-library.ts';

// Plain JavaScript, which has no types to import.
const load = (name: string) => import(new URL(`./library/${name}.mjs`, import.meta.url).href);
const { chunk, cloneDeep, get, isEqual, merge, orderBy, set } = await load('collections');
const { hash, hmac, toBase64 } = await load('hashes');

const engine = createQuickJsEngine({ ready: 0 });
afterAll(() => engine.close());

describe('the libraries of code, in the engine', () => {
  test.each([
    {
      name: 'luxon',
      source:
        "const { DateTime } = await import('luxon'); return DateTime.utc(2026, 1, 31).plus({ months: 1 }).toISODate();",
      expected: '2026-02-28',
    },
    {
      name: 'zod',
      source:
        "const { z } = await import('zod'); const s = z.strictObject({ n: z.int(), mail: z.email() }); return [s.safeParse({ n: 1, mail: 'a@b.ch' }).success, s.safeParse({ n: 1.5 }).error.issues.map((i) => i.path.join('.'))];",
      expected: [true, ['n', 'mail']],
    },
    {
      name: 'jmespath',
      source:
        "const { search } = await import('jmespath'); return search({ a: [{ b: 1 }, { b: 2 }] }, 'a[].b');",
      expected: [1, 2],
    },
    {
      name: 'papaparse',
      source:
        "const { default: Papa } = await import('papaparse'); return [Papa.parse('a;b\\n1;\"x;y\"', { header: true }).data, Papa.unparse([{ a: 'x,y', b: 2 }])];",
      expected: [[{ a: '1', b: 'x;y' }], 'a,b\r\n"x,y",2'],
    },
    {
      name: 'collections',
      source:
        "const { groupBy } = await import('collections'); return groupBy([{ t: 'a', n: 1 }, { t: 'b', n: 2 }, { t: 'a', n: 3 }], 't');",
      expected: {
        a: [
          { t: 'a', n: 1 },
          { t: 'a', n: 3 },
        ],
        b: [{ t: 'b', n: 2 }],
      },
    },
    {
      name: 'hashes',
      source: "const { sha256 } = await import('hashes'); return sha256('abc');",
      expected: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
  ])('$name can be imported', async ({ name, source, expected }) => {
    expect(codeModuleNames).toContain(name);
    const task = createTask(source, { modules: readCodeModules([name]) });
    expect(await readOutput(engine, task)).toEqual(expected);
  });

  test('are all tried above', () => {
    expect(codeModuleNames).toHaveLength(6);
  });
});

describe('hashes', () => {
  const names = ['md5', 'sha1', 'sha256', 'sha512'];

  test.each(names)('%s is that of the platform, for any text and key', (name) => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 200 }),
        (text, key) => {
          expect(hash(name, text)).toBe(createHash(name).update(text).digest('hex'));
          expect(hmac(name, key, text, 'base64')).toBe(createHmac(name, key).update(text).digest('base64'));
          expect(hash(name, text, 'base64url')).toBe(createHash(name).update(text).digest('base64url'));
          expect(toBase64(text)).toBe(Buffer.from(text).toString('base64'));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('names what there is', () => {
    expect(() => hash('sha3', '')).toThrow('choose from md5, sha1, sha256, sha512');
  });
});

describe('collections', () => {
  test('order by several fields, missing ones last', () => {
    const list = [{ a: 2, b: 1 }, { a: 1, b: 1 }, { b: 0 }, { a: 1, b: 2 }];
    expect(orderBy(list, ['a', 'b'], ['asc', 'desc'])).toEqual([
      { a: 1, b: 2 },
      { a: 1, b: 1 },
      { a: 2, b: 1 },
      { b: 0 },
    ]);
  });

  test('paths read and write copies, and never reach a prototype', () => {
    const order = { lines: [{ sku: 'a' }] };
    expect(get(order, 'lines[0].sku')).toBe('a');
    expect(get(order, 'lines[3].sku', 'none')).toBe('none');
    expect(set(order, 'lines[0].sku', 'b')).toEqual({ lines: [{ sku: 'b' }] });
    expect(order.lines[0]!.sku).toBe('a');
    expect(() => set({}, '__proto__.x', 1)).toThrow('__proto__');
    expect(get({}, 'toString')).toBeUndefined();
  });

  test('merges and copies are deep, and equal to what they come from', () => {
    expect(merge({ a: { x: 1 }, l: [1] }, { a: { y: 2 }, l: [2] })).toEqual({ a: { x: 1, y: 2 }, l: [2] });
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(isEqual(cloneDeep(value), value)).toBe(true);
      }),
    );
  });

  test('chunks hold everything in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (list, size) => {
        expect(chunk(list, size).flat()).toEqual(list);
      }),
    );
  });
});
