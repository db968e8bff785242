import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('every line that the engine logs names its execution', () => {
  const cwd = import.meta.dirname;
  const paths = globSync('**/*.ts', { cwd }).filter((path) => !/\.test\.ts$|^testing\//.test(path));
  const calls = paths.flatMap((path) =>
    [
      ...readFileSync(`${cwd}/${path}`, 'utf8').matchAll(/\blogger\.(?:debug|info|warn|error)\(([^;]*);/g),
    ].map(([, fields]) => ({ path, fields: fields! })),
  );
  expect(calls.length).toBeGreaterThan(5);
  expect(calls.filter(({ fields }) => !fields.includes('toLogFields('))).toEqual([]);
});
