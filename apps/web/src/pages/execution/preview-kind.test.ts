import { expect, test } from 'vitest';
import { toPreviewKind } from './preview-kind.ts';

test('a preview is chosen by media type, parameters and case aside', () => {
  expect(
    [
      'text/html; charset=utf-8',
      'IMAGE/svg+xml',
      'text/csv',
      'application/geo+json',
      'application/pdf',
      '',
    ].map(toPreviewKind),
  ).toEqual(['html', 'image', 'text', 'text', 'none', 'none']);
});
