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

test.each([
  [
    'SANDBOX_CPU_LIMIT',
    'The code was stopped after 153 ms of computing; it may use 150 ms (cpuMs of policies/default.json: defaults.limits.cpuMs)',
    'Set limits.cpuSeconds in the settings of the step, or raise policies/default.json: defaults.limits.cpuMs, up to 600000 (policies/default.json: ceiling.limits.cpuMs); or make the code do less.',
    'Le code a été arrêté après 153 ms de calcul\u00a0; il a droit à 150 ms (cpuMs de policies/default.json: defaults.limits.cpuMs)',
    'Réglez limits.cpuSeconds dans les réglages de l’étape, ou augmentez policies/default.json: defaults.limits.cpuMs, jusqu’à 600000 (policies/default.json: ceiling.limits.cpuMs)\u00a0; ou allégez le code.',
  ],
  [
    'SANDBOX_WALL_LIMIT',
    'The code was stopped after 101 ms; it may take 100 ms (wallMs of the step: parameters.limits)',
    'Raise limits.seconds in the settings of the step, and policies/default.json: ceiling.limits.wallMs; or make the code do less.',
    'Le code a été arrêté après 101 ms\u00a0; il peut durer 100 ms (wallMs de l’étape\u00a0: parameters.limits)',
    'Augmentez limits.seconds dans les réglages de l’étape, et policies/default.json: ceiling.limits.wallMs\u00a0; ou allégez le code.',
  ],
  [
    'SANDBOX_INPUT_LIMIT',
    'The text of the code has 2000 bytes; 1000 are allowed (sourceBytes of the configuration: code.sourceBytes)',
    'Raise the configuration: code.sourceBytes; or shorten it: data belongs into items or files.',
    'Le texte du code compte 2000 octets\u00a0; 1000 sont permis (sourceBytes de la configuration\u00a0: code.sourceBytes)',
    'Augmentez la configuration\u00a0: code.sourceBytes\u00a0; ou raccourcissez-le\u00a0: les données vont dans des éléments ou des fichiers.',
  ],
])(
  'a limit of code in French: which, how far, and where to raise it: %s',
  (code, message, help, title, advice) => {
    expect(toProblemText({ code, message, help }, fr)).toMatchObject({ title, help: advice });
    // As an older server may have written it.
    expect(toProblemText({ code, message: 'Too much', help: 'Less' }, fr)).toMatchObject({
      title: 'Too much',
      help: 'Less',
    });
  },
);
