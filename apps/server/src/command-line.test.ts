import { expect, test } from 'vitest';
import { parseCommandLine } from './command-line.ts';

test.each([
  [[], { command: 'start', overrides: {} }],
  [
    ['--role', 'worker', '--port', '4601'],
    { command: 'start', overrides: { NAVETTE_ROLE: 'worker', NAVETTE_PORT: '4601' } },
  ],
  [['doctor', '--data-dir', '/x'], { command: 'doctor', overrides: { NAVETTE_DATA_DIR: '/x' } }],
  [
    ['reset-password', 'ada@example.com'],
    { command: 'reset-password', argument: 'ada@example.com', overrides: {} },
  ],
  [['forget-credentials'], { command: 'forget-credentials', overrides: {} }],
  [['doctor', '--help'], { command: 'help', overrides: {} }],
])('%j', (args, expected) => {
  expect(parseCommandLine(args)).toEqual(expected);
});

test.each([
  [['dance'], 'There is no command "dance"'],
  [['doctor', 'who'], 'There is no command "doctor who"'],
  [['forget-credentials', 'all'], 'There is no command "forget-credentials all"'],
  [['reset-password'], 'reset-password needs an e-mail address'],
  [['reset-password', 'ada@example.com', 'secret'], 'reset-password needs an e-mail address'],
])('%j is refused', (args, message) => {
  expect(() => parseCommandLine(args)).toThrow(message);
});
