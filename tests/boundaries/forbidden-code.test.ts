import { expect, test } from 'vitest';
import { isProductSource, listSources, listWorkspaces, type SourceFile } from './workspace.ts';

const sources = listWorkspaces()
  .filter((workspace) => workspace !== 'packages/testing')
  .flatMap(listSources)
  .filter(({ path }) => isProductSource(path));

interface Rule {
  what: string;
  pattern: RegExp;
  /** Paths that may, with good reason. */
  except?: RegExp;
}

const rules: Rule[] = [
  { what: 'eval', pattern: /(?<![\w$.'"`-])eval\s*\(/ },
  { what: 'new Function', pattern: /\bnew\s+Function\s*\(|(?<![\w$.])Function\s*\(\s*['"`]/ },
  {
    what: 'node:vm',
    pattern: /['"](?:node:)?vm['"]/,
    // Runs in a jailed process that has nothing else to do; the context is not its wall.
    except: /^packages\/sandbox\/src\/v8\//,
  },
  { what: 'a timer that compiles text', pattern: /\bset(?:Timeout|Interval)\s*\(\s*['"`]/ },
  {
    what: 'process.env outside of the configuration',
    pattern: /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"]env['"]/,
    except: /^apps\/server\/src\/config\/process-config\.ts$|^apps\/cli\/src\/|^apps\/web\/vite\.config\.ts$/,
  },
];

function findForbidden({ path, text }: SourceFile, { pattern, except, what }: Rule): string[] {
  if (except?.test(path)) return [];
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*(\/\/|\*|\/\*)/.test(line)) return [];
    return pattern.test(line) ? [`${path}:${index + 1}: ${what}`] : [];
  });
}

test.each(rules)('no $what in the product', (rule) => {
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.flatMap((file) => findForbidden(file, rule))).toEqual([]);
});

test.each([
  ['eval', `const x = eval(text);`],
  ['new Function', `const f = new Function('a', body);`],
  ['new Function', `const f = Function("return this")();`],
  ['node:vm', `import vm from 'node:vm';`],
  ['node:vm', `const vm = await import('vm');`],
  ['a timer that compiles text', `setTimeout('alert(1)', 10);`],
  ['process.env outside of the configuration', `const home = process.env.HOME;`],
])('the check finds %s in %s', (what, line) => {
  const rule = rules.find((one) => one.what === what)!;
  expect(findForbidden({ path: 'packages/kit/src/x.ts', text: `${line}\n` }, rule)).toHaveLength(1);
});

test.each([`parser.eval(x)`, `// eval(x)`, `const evaluate = (x) => x;`, `name: 'eval'`])(
  'and passes %s',
  (line) => {
    for (const rule of rules)
      expect(findForbidden({ path: 'packages/kit/src/x.ts', text: line }, rule)).toEqual([]);
  },
);
