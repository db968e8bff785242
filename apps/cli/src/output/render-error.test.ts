import { expect, test } from 'vitest';
import { renderError } from './render-error.ts';
import { createStyle, hasColour } from './style.ts';

const plain = createStyle(false);

test('an error says what happened, in which fields, and what to do', () => {
  const lines = renderError(
    {
      code: 'WORKFLOW_INVALID',
      message: 'It cannot run',
      help: 'Mend what is listed.',
      issues: [
        { path: '/nodes/0/type', message: 'There is no node type "x"' },
        { path: '', message: 'bad\u001b[31m' },
      ],
    },
    plain,
  );
  expect(lines).toEqual([
    'error It cannot run (WORKFLOW_INVALID)',
    '  /nodes/0/type  There is no node type "x"',
    '  /  bad [31m',
    '  Mend what is listed.',
  ]);
});

test('many issues are cut off, and said so', () => {
  const issues = Array.from({ length: 25 }, (_, index) => ({ path: `/${index}`, message: 'm' }));
  const lines = renderError({ code: 'A_B', message: 'm', issues }, plain);
  expect(lines).toHaveLength(22);
  expect(lines.at(-1)).toBe('  and 5 more');
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: false }, {}, false],
  [{}, {}, false],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
])('colour on %j with %j: %s', (stream, env, colour) => {
  expect(hasColour(stream, env)).toBe(colour);
});
