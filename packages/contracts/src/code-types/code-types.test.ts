import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '@navette/kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inferShape } from './infer-shape.ts';
import { type CodeTypesSubject, renderCodeTypes } from './render-code-types.ts';
import { renderShape, renderText } from './render-shape.ts';

const infer = (values: readonly Json[], most = 10_000) => inferShape(values, { values: most });
const renderValues = (...values: Json[]) =>
  renderShape(infer(values), { depth: 8, fields: 1_000 }).replace(/\s+/g, ' ');

describe('the type of values', () => {
  test.each<[Json[], string]>([
    [['a', 1], 'string | number'],
    [[null, 'a'], 'string | null'],
    [[null], 'any'],
    [[[]], 'any[]'],
    [[[1, 'a'], [null]], '(string | number | null)[]'],
    [[{ a: 1 }, { a: 'x', b: true }], '{ a: string | number; b?: boolean; }'],
    [[[{ a: 1 }], { b: 1 }], '{ a: number; }[] | { b: number; }'],
    [[{}], '{ [name: string]: any }'],
    [[{ 'odd key': 1, 'a"b': 2 }], '{ "odd key": number; "a\\"b": number; }'],
  ])('%j', (values, type) => {
    expect(renderValues(...values)).toBe(type);
  });

  test('is cut where there is too much: keys, depth, values', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`key${at}`, at]));
    expect(renderValues(many)).toContain('[name: string]: any;');
    let deep: Json = 1;
    for (let level = 0; level < 1_000; level += 1) deep = { deep };
    expect(renderValues(deep).length).toBeLessThan(1_000);
    expect(infer([Array.from({ length: 10_000 }, () => ({ a: 1 }))], 50)).toBeDefined();
  });
});

const subjectOf = (values: readonly Json[], name = 'Orders'): CodeTypesSubject => ({
  mode: 'all',
  inputs: [infer(values)],
  nodes: [{ name, ports: [{ name: 'main', shape: infer(values) }] }],
  modules: ['luxon', 'zod'],
  hasNetwork: true,
});

/** The mistakes that TypeScript finds in code with these declarations. */
function check(declarations: string, code: string): string[] {
  const typescript = createRequire(createRequire(import.meta.url).resolve('typescript/package.json'));
  const manifest = typescript.resolve(
    `@typescript/typescript-${process.platform}-${process.arch}/package.json`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'navette-types-'));
  try {
    const compilerOptions = {
      noEmit: true,
      strict: true,
      target: 'es2023',
      lib: ['es2023'],
      types: [],
      module: 'esnext',
    };
    writeFileSync(join(folder, 'types.d.ts'), declarations);
    writeFileSync(join(folder, 'code.ts'), `${code}\nexport {};\n`);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['types.d.ts', 'code.ts'] }),
    );
    execFileSync(join(manifest, '..', 'lib', 'tsc'), ['--project', 'tsconfig.json', '--pretty', 'false'], {
      cwd: folder,
    });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: Buffer };
    return stdout.toString().trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the declarations of a step', () => {
  const orders: Json[] = [
    { id: 1, customer: { name: 'Ada' } },
    { id: 2, customer: { name: 'Bob' }, note: 'x' },
  ];

  test('know what was recorded', () => {
    const code = `
      import { DateTime as Time } from ${JSON.stringify('luxon')};
      const ids: number[] = $input.all().map(({ json }) => json.id);
      const name: string = $('Orders').first().json.customer.name;
      const note: string | undefined = $json.note;
      const other: string = $('Nobody').item.json.anything.at.all;
      const byPort: number = $('Orders').all('main')[0]!.json.id + $('Orders').all(0).length;
      const answer = await http({ url: 'https://api.example.com', method: 'POST' });
      const older: string = $node["Orders"].json.customer.name;
      console.log(ids, name, note, other, byPort, answer.ok, older, items.length, Time, $now.toISO());`;
    expect(check(renderCodeTypes(subjectOf(orders)), code)).toEqual([]);
    expect(check(renderCodeTypes(subjectOf(orders)), 'const a: string = $json.id;\n$json.nothing;')).toEqual([
      expect.stringMatching(/^code\.ts\(1,7\): error TS2322/),
      expect.stringMatching(/^code\.ts\(2,7\): error TS2339/),
    ]);
  });

  test('know nothing where nothing was recorded, and then anything may be read', () => {
    const unknown = { ...subjectOf([]), inputs: [], nodes: [{ name: 'Orders', ports: [] }] };
    const code = "$json.a.b.c; $('Orders').first().json.x.y; $node['Orders'].json.z; return;";
    const mistakes = check(renderCodeTypes(unknown), code.replace(' return;', ''));
    expect(mistakes).toEqual([]);
  });

  const hostile = [
    '__proto__',
    'constructor',
    '*/ declare const broken: string; /*',
    '"; } declare const broken: string; interface X { "',
    "'); declare const broken: string; ('",
    '\n\r\u2028\u2029}; declare const broken: string;',
    '\\"',
    '`$' + '{broken}`',
    '\ud800',
    '\u202e\u0000\u200b',
    '</script><script>',
    '',
  ];

  test('cannot be broken out of: keys and names of nodes that try to', () => {
    const value: Json = JSON.parse(
      `{${hostile.map((key) => `${JSON.stringify(key)}:{"__proto__":1}`).join(',')}}`,
    );
    const subject = subjectOf([value]);
    const nodes = hostile.map((name) => ({
      name,
      ports: [{ name, shape: infer([value]) }],
    }));
    const declarations = renderCodeTypes({ ...subject, nodes });
    // What it says of a name that it was to declare: that there is none.
    expect(check(declarations, 'const a: number = broken;')).toEqual([
      expect.stringMatching(/^code\.ts\(1,19\): error TS2304/),
    ]);
    expect(check(declarations, 'const a: number | undefined = $json["__proto__"]["__proto__"];')).toEqual([]);
  });

  test('are at most so long', () => {
    const wide: Json = Object.fromEntries(
      Array.from({ length: 200 }, (_, at) => [
        `a long name of a field ${at}`,
        Object.fromEntries(
          Array.from({ length: 100 }, (_inner, below) => [`another name ${below}`, { x: [1] }]),
        ),
      ]),
    );
    const shape = infer([wide], 100_000);
    const nodes = Array.from({ length: 20 }, (_, at) => ({
      name: `Node ${at}`,
      ports: [{ name: 'main', shape }],
    }));
    const text = renderCodeTypes({ ...subjectOf([]), nodes });
    expect(text.length).toBeLessThanOrEqual(200_000);
    expect(text).toContain('$(name: "Node 19")');
  });
});

test('a text in quotes reads as the text it was, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
      const written = renderText(text);
      expect(written).not.toMatch(/\*\/|[\n\r\u2028\u2029]/);
      expect(new Function(`return ${written}`)()).toBe(text);
    }),
  );
});
