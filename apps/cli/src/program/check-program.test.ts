import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { annotateProgram } from './annotate-program.ts';
import { checkProgram, findCompiler, parseDiagnostics } from './check-program.ts';

const check = async (source: string, language: 'typescript' | 'javascript' = 'typescript') =>
  (await checkProgram({ source, language })).map(
    ({ code, column, line, message }) => `${line}:${column} ${code} ${message.split('\n')[0]}`,
  );

describe('a program that is right', () => {
  test('every call of ctx', async () => {
    const source = `
      interface Order { id: string; total: number }

      export default async function (ctx, { orders = [], ...rest }) {
        const started: number = ctx.now();
        const paid: Order[] = [];
        for (const order of orders as Order[]) {
          const answer = await ctx.http(
            { method: 'POST', url: 'https://example.com/charge', bodyKind: 'json', jsonBody: order },
            { name: 'charge', settings: { retry: { maxAttempts: 5 }, afterCrash: 'ask' } },
          );
          if (answer.body.paid) paid.push(order);
        }
        await ctx.sleep(1_000);
        await ctx.sleep(new Date(started), { name: 'nap' });
        await ctx.sleep('2027-01-01T00:00:00Z');
        const goods = await ctx.signal('arrived', { key: rest.id, timeoutMs: 60_000 });
        const { decision, note } = await ctx.approve({ title: 'Send it?', fields: [{ name: 'note' }] });
        const [first] = await ctx.child('wfl_1', { a: 1 }, { awaitResult: true });
        const [count, texts] = await ctx.all([ctx.now(), ctx.run('no-op', {}, { items: paid })]);
        const both: number = count + texts.length;
        const { main } = await ctx.outputs('sort', { fields: [{ field: 'total', direction: 'desc' }] });
        const id: string = ctx.uuid();
        const { data } = ctx.files(main[0]);
        const text: string = await ctx.readFile(data, { maxBytes: 1_000 });
        await ctx.run('csv', {}, { items: [{ json: { text }, binary: { data } }] });
        ctx.log('done', ctx.random() < 1, goods, note, first, main, id, both);
        console.warn(decision);
        try {
          await ctx.run('no-op');
        } catch (error) {
          return { code: (error as CallError).code };
        }
        return paid;
      }`;
    expect(await check(source)).toEqual([]);
  });

  test.each([
    ['export default async (ctx) => ctx.run("no-op");', 'typescript'],
    ['export default async (ctx: Ctx, input: { n: number }) => input.n;', 'typescript'],
    ['export default async (ctx, input) => ({ ...input, now: ctx.now() });', 'javascript'],
    ['const main: Program = async (ctx, input) => ctx.http(input.url);\nexport default main;', 'typescript'],
    ['/// <reference path="./navette.d.ts" />\nexport default () => 1;', 'typescript'],
  ] as const)('%s', async (source, language) => expect(await check(source, language)).toEqual([]));
});

describe('a program that is wrong', () => {
  const inside = (line: string) => `export default async function (ctx, input) {\n  ${line}\n}\n`;

  test.each([
    ["await ctx.run('htp-request', {});", /^2:17 TS2345 There is no node type "htp-request".*navette types/],
    ["await ctx.run('for-each', {});", /^2:17 TS2345 .*"for-each".*In a program, write a loop, for/],
    ["await ctx.outputs('merge');", /^2:21 TS2345 .*"merge".*ctx\.all/],
    ["await ctx.http({ url: 'x', metod: 'GET' });", /^2:30 TS2561 .*'metod'.*Did you mean.*'method'/],
    ["await ctx.run('limit', { maxItems: 'ten' });", /^2:28 TS2(322|353|561) /],
    ["await ctx.run('chart');", /^2:\d+ TS2\d+ /],
    ["await ctx.approve({ title: 'x' }, { retries: 3 });", /^2:39 TS2353 .*'retries'/],
    ["ctx.fetch('x');", /^2:7 TS2339 .*'fetch' does not exist on type 'Ctx'/],
    ['setTimeout(() => {}, 1);', /^2:3 TS2304 .*'setTimeout'/],
    ['process.exit(1);', /^2:3 TS2\d+ Cannot find name 'process'\. .*nothing of Node/],
    ['document.title;', /^2:3 TS2\d+ Cannot find name 'document'\. .*or of a browser/],
    ['const {;', /^2:\d+ TS1\d+ /],
    ["const fs = await import('node:fs'); fs;", /^2:27 TS2\d+ Cannot import "node:fs": .*ctx\.run\("file"/],
  ])('%s', async (line, issue) => {
    expect((await check(inside(line)))[0]).toMatch(issue);
  });

  test('no word of it is for somebody who could install or set something', async () => {
    const source =
      "import fs from 'node:fs';\nimport axios from 'axios';\nrequire('lodash'); fetch('x'); Buffer;";
    for (const language of ['typescript', 'javascript'] as const) {
      const found = (await check(`${source}\nexport default () => [fs, axios];`, language)).join('\n');
      expect(found).toMatch(/Cannot import "node:fs".*\n.*Cannot import "axios"/);
      expect(found).not.toMatch(/npm|tsconfig|'lib'|type definitions/);
    }
  });

  test('in the line of the signature, columns are those of the user', async () => {
    const source = 'export default async (ctx, input) => ctx.nope(input);';
    const column = source.indexOf('nope') + 1;
    expect(await check(source)).toEqual([expect.stringContaining(`1:${column} TS2339`)]);
    expect(await check(source, 'javascript')).toEqual([expect.stringContaining(`1:${column} TS2339`)]);
  });

  test('columns count as editors count them', async () => {
    expect(await check(inside("const s = '😀é'; ctx.nope(s);"))).toEqual([
      expect.stringContaining('2:24 TS2339'),
    ]);
  });

  test('without a default export, or with one that is no program', async () => {
    expect(await check('export const a = 1;')).toEqual([
      expect.stringMatching(/^1:1 TS1192 The file needs .* It has no default export\.$/),
    ]);
    expect(await check('export default 3;')).toEqual([expect.stringMatching(/^1:1 TS1360 The file needs/)]);
  });

  test('leaves nothing behind', async () => {
    const list = () => readdirSync(tmpdir()).filter((name) => name.startsWith('navette-check-'));
    const before = new Set(list());
    await check('export default 3;');
    expect(list().filter((name) => !before.has(name))).toEqual([]);
  });
});

describe('types at the parameters', () => {
  test.each([
    [
      'export default async function (ctx, input) {}',
      'export default async function (ctx: Ctx, input: any) {}',
    ],
    ['export default async function main(c) {}', 'export default async function main(c: Ctx) {}'],
    ['export default (ctx, { a, b: [c] }) => a', 'export default (ctx: Ctx, { a, b: [c] }: any) => a'],
    ['export default (ctx, input = {}) => 1', 'export default (ctx: Ctx, input: any = {}) => 1'],
    ['export default (ctx, input: A) => 1', 'export default (ctx: Ctx, input: A) => 1'],
  ])('%s', (source, annotated) => {
    expect(annotateProgram(source, 'typescript').text).toBe(annotated);
  });

  test.each([
    'export default (ctx: any, input) => 1',
    'export default run;\nfunction run(ctx) {}',
    'export default () => 1',
    '// export default (ctx) => 1',
  ])('%s stays as it is', (source) => expect(annotateProgram(source, 'typescript').text).toBe(source));

  test('places behind them are found again', () => {
    const { text, toSource } = annotateProgram('\nexport default (ctx, a) => a.b', 'typescript');
    expect(toSource(2, text.split('\n')[1]!.indexOf('b') + 1)).toEqual({ line: 2, column: 30 });
    expect(toSource(2, 3)).toEqual({ line: 2, column: 3 });
    expect(toSource(1, 40)).toEqual({ line: 1, column: 40 });
  });
});

test('where TypeScript is not installed, it says so', () => {
  expect(() => findCompiler('file:///nowhere/else.js')).toThrow(
    expect.objectContaining({
      code: 'CLI_CHECKER_MISSING',
      message: expect.stringContaining(`TypeScript for ${process.platform}-${process.arch} is not installed`),
    }),
  );
});

test('lines that are set in belong to the diagnostic above them', () => {
  expect(parseDiagnostics('a.ts(1,2): error TS1: One\n  more\nerror TS2: Two\n')).toEqual([
    { file: 'a.ts', line: 1, column: 2, code: 'TS1', message: 'One\n  more' },
    { file: '', line: 1, column: 1, code: 'TS2', message: 'Two' },
  ]);
});
