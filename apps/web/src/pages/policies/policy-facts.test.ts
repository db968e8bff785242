import { expect, test } from 'vitest';
import { english } from '../../i18n/english.ts';
import { createFormatter } from '../../i18n/format.ts';
import { formatMessage } from '../../i18n/message.ts';
import { listFileFacts } from './policy-facts.ts';

const i18n = {
  t: ((key: keyof typeof english, params?: Record<string, string | number>) =>
    formatMessage(english[key], 'en', params)) as never,
  format: createFormatter('en'),
};

test('a file is said in words: limits, hosts and node types, and nothing of what it leaves out', () => {
  expect(
    listFileFacts(
      {
        limits: { wallMs: 600_000, cpuMs: 300_000, memoryBytes: 268_435_456, calls: 7 },
        allowedHosts: ['a.example', '*.b.example'],
      },
      i18n,
    ),
  ).toEqual(['10m of time', '5m of computing', '256 MiB of memory', 'hosts a.example, *.b.example']);
  expect(listFileFacts({ allowedHosts: [], allowedNodeTypes: ['ai-*'] }, i18n)).toEqual([
    'no network',
    'node types ai-*',
  ]);
  expect(listFileFacts({ description: 'x' }, i18n)).toEqual([]);
});
