import type { Methods } from './member-table.ts';

/** Words that stay small inside a title. */
const smallWords = new Set([
  ...[
    'a',
    'an',
    'and',
    'as',
    'at',
    'because',
    'but',
    'by',
    'en',
    'for',
    'if',
    'in',
    'neither',
    'nor',
    'of',
    'on',
  ],
  ...[
    'only',
    'or',
    'over',
    'per',
    'so',
    'some',
    'than',
    'that',
    'the',
    'to',
    'up',
    'upon',
    'v',
    'versus',
    'via',
  ],
  ...['vs', 'when', 'with', 'without', 'yet'],
]);

/** Letters that are no base letter with a mark, and so are not found by taking the marks away. */
const ligatures = new Map([
  ...Object.entries({
    ß: 'ss',
    æ: 'ae',
    œ: 'oe',
    ø: 'o',
    đ: 'd',
    ð: 'd',
    þ: 'th',
    ł: 'l',
    ı: 'i',
    ħ: 'h',
    ŋ: 'n',
  }),
  ...Object.entries({ ẞ: 'SS', Æ: 'AE', Œ: 'OE', Ø: 'O', Đ: 'D', Ð: 'D', Þ: 'TH', Ł: 'L', Ħ: 'H', Ŋ: 'N' }),
]);

/** What changes the letters of a text. */
export const caseExtensions: Methods<string> = {
  toTitleCase: (_evaluation, self) => toTitleCase(self),
  toSentenceCase: (_evaluation, self) =>
    self
      .toLowerCase()
      .replace(/(^|[.!?])(\s*)(\p{L})/gu, (_whole, stop: string, space: string, letter: string) => {
        return stop === '' || space !== '' ? stop + space + letter.toUpperCase() : stop + letter;
      }),
  toSnakeCase: (_evaluation, self) =>
    self
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .split(/[\s_-]/)
      .filter((word) => word !== '')
      .join('_'),
  replaceSpecialChars: (_evaluation, self) =>
    self
      .slice(0)
      .normalize('NFD')
      .replace(/\p{Mn}/gu, '')
      .replace(/[^\x20-\x7e]/gu, (char) => ligatures.get(char) ?? char),
};

function toTitleCase(text: string): string {
  let isFirst = true;
  return text.toLowerCase().replace(/[\p{L}\p{N}'’]{1,200}/gu, (word) => {
    const staysSmall = !isFirst && smallWords.has(word);
    isFirst = false;
    return staysSmall ? word : word[0]!.toUpperCase() + word.slice(1);
  });
}
