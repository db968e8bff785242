import { expect, test } from 'vitest';
import { frenchErrors } from '../i18n/fr-errors.ts';
import { toProblemText } from './problem-text.ts';

const t = ((key: string) => `<${key}>`) as never;
const fr = {
  t,
  errorWords: (code: string) => (Object.hasOwn(frenchErrors, code) ? frenchErrors[code] : undefined),
};
const en = { t, errorWords: () => undefined };

test('a known code is said in French, with the words of the server beside it', () => {
  expect(toProblemText({ code: 'WORKFLOW_CONFLICT', message: 'Somebody else' }, fr)).toEqual({
    code: 'WORKFLOW_CONFLICT',
    title: 'Quelqu’un d’autre a enregistré ce workflow entre-temps',
    help: 'Chargez sa version, puis refaites votre modification.',
    detail: 'Somebody else',
    issues: [],
  });
});

test('what somebody wrote into a workflow stays as it is, and gets French help', () => {
  const text = toProblemText({ code: 'NODE_STOPPED', message: 'No cotton left', help: 'English' }, fr);
  expect(text).toMatchObject({ title: 'No cotton left', detail: undefined });
  expect(text.help).toMatch(/exprès/);
});

test('English readers and unknown codes get the words of the server', () => {
  const error = { code: 'SOMETHING_NEW', message: 'What happened', help: 'What to do' };
  const expected = {
    code: 'SOMETHING_NEW',
    title: 'What happened',
    help: 'What to do',
    detail: undefined,
    issues: [],
  };
  expect(toProblemText(error, fr)).toEqual(expected);
  expect(toProblemText({ ...error, code: 'toString' }, fr).title).toBe('What happened');
  expect(toProblemText({ ...error, code: 'WORKFLOW_CONFLICT' }, en).title).toBe('What happened');
});

test('no answer at all has words of its own in both languages', () => {
  const error = { code: 'NETWORK_UNREACHABLE', message: 'x' };
  expect(toProblemText(error, en).title).toBe('<problem.network>');
});

test('what the code of somebody said stands in the French message', () => {
  const error = {
    code: 'SANDBOX_CODE_THREW',
    message: 'The code failed, line 5: No rate: EUR (a+b), line 7: x',
  };
  expect(toProblemText(error, fr)).toMatchObject({
    title: 'Le code a échoué, ligne 5\u00a0: No rate: EUR (a+b), line 7: x',
    detail: undefined,
  });
  // Of another form, as an older server may have written it: as it is.
  expect(toProblemText({ ...error, message: 'Line 5 failed' }, fr).title).toBe('Line 5 failed');
});
