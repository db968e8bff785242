import { type Logger, silentLogger } from '@navette/kit';
import { expect, test } from 'vitest';
import { QuietLog } from './quiet-log.ts';

test('the same message is logged once in a while, and says how often it was left out', () => {
  const lines: [string, object][] = [];
  const logger: Logger = { ...silentLogger, warn: (fields, message) => lines.push([message, fields]) };
  const quiet = new QuietLog(logger);
  for (let i = 0; i < 1_000; i++) quiet.warn('Redis is out of reach', new Error(`try ${i}`));
  quiet.warn('Another thing', 'reason');
  quiet.warn('Redis is out of reach', new Error('later'), 0);
  expect(lines).toEqual([
    ['Redis is out of reach', { reason: 'try 0' }],
    ['Another thing', { reason: 'reason' }],
    ['Redis is out of reach', { reason: 'later', leftOut: 999 }],
  ]);
});
