import { expect, test } from 'vitest';
import { checkStep } from './check-step.ts';

const declarations = `
declare const $json: { id: number; total: number };
declare const $input: { all(): { json: typeof $json }[] };
declare const console: { log(...values: unknown[]): void };
declare module "collections";
`;
/** Not as a statement, which would count as one of this file. */
const load = (names: string) => ['import', names, 'from', "'collections';"].join(' ');
const check = async (source: string, language: 'typescript' | 'javascript' = 'typescript') =>
  (await checkStep({ source, language, declarations })).map(
    ({ code, column, line, message }) => `${line}:${column} ${code} ${message.split('\n')[0]}`,
  );

test('code that is right, with imports, awaits and returns', async () => {
  const source = `// Sums
${load('{ sumBy }')}
${load('type { Other }')} const rate: number = 2;

if ($json.total === 0) return null;
await Promise.resolve();
return { total: sumBy($input.all(), 'total') * rate };`;
  expect(await check(source)).toEqual([]);
});

test('a field that the input does not have, in what is returned, with its place', async () => {
  expect(await check('return { sum: $json.totl };')).toEqual([
    expect.stringMatching(/^1:21 TS2551 Property 'totl' does not exist/),
  ]);
  expect(await check(`${load('{ sumBy }')} const a: string = sumBy;\n\nreturn $json.nme;`)).toEqual([
    expect.stringMatching(/^3:14 TS2339/),
  ]);
  expect(await check(`${load('{ x }')} return $json.nme;`, 'javascript')).toEqual([
    expect.stringMatching(/^1:47 TS2339/),
  ]);
});
