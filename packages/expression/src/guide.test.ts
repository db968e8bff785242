import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expressionErrors } from './errors.ts';
import { dataGlobals } from './globals/data.ts';
import { functions } from './globals/functions.ts';
import { listGlobalNames } from './globals/global-table.ts';
import { arrayExtensions } from './methods/array-extensions.ts';
import { dateExtensions } from './methods/date-extensions.ts';
import { booleanExtensions, numberExtensions } from './methods/number.ts';
import { objectExtensions, objectMethods } from './methods/object.ts';
import { stringExtensions } from './methods/string-extensions.ts';
import { evaluateExpression } from './testing/evaluate.ts';

const guide = readFileSync(new URL('../../../docs/guide/expressions.md', import.meta.url), 'utf8');

function readRows(heading: string): string[][] {
  const section = guide.split(`## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split(/(?<!\\)\|(?!\|)/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const unquote = (cell: string) =>
  cell
    .replace(/^`+|`+$/g, '')

    .trim();

describe('the guide to expressions', () => {
  it.each(readRows('Examples'))('is right about %s', (expression, result) => {
    expect(evaluateExpression(unquote(expression!))).toEqual(JSON.parse(unquote(result!)));
  });

  it('lists every error code', () => {
    const listed = readRows('Errors').map(([code]) => unquote(code!));
    expect(listed.toSorted()).toEqual(Object.keys(expressionErrors.specs).toSorted());
  });

  it('lists every function', () => {
    const listed = readRows('Functions').map(([, names]) => unquote(names!).split(' ').toSorted());
    const isExtension = (name: string) => !Object.hasOwn(objectMethods, name);
    expect(listed).toEqual(
      [
        stringExtensions,
        numberExtensions,
        booleanExtensions,
        arrayExtensions,
        objectExtensions,
        dateExtensions,
        functions,
      ].map((table) => Object.keys(table).filter(isExtension).toSorted()),
    );
  });

  it('names every type and every name of the scope that is not an alias', () => {
    const aliases = new Set([
      '$data',
      '$thisItem',
      '$thisItemIndex',
      '$thisRunIndex',
      '$position',
      '$executionId',
      '$resumeWebhookUrl',
    ]);
    const names = [...listGlobalNames(), ...Object.keys(dataGlobals)].filter(
      (name) => !aliases.has(name) && !['undefined', 'NaN', 'Infinity'].includes(name),
    );
    const missing = names.filter(
      (name) => !new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w])`).test(guide),
    );
    expect(missing).toEqual([]);
  });
});
