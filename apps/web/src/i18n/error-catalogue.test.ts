import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { frenchErrors } from './fr-errors.ts';

/** Every code of the product: the page is generated from the tables that declare them, and checked against these. */
const page = readFileSync(new URL('../../../../docs/reference/errors.md', import.meta.url), 'utf8');
const codes = [...page.matchAll(/<a id="([A-Z0-9_]+)">/g)].map((match) => match[1]!);

/** Codes that never reach the web app. */
const elsewhere: readonly { pattern: RegExp; where: string }[] = [
  { pattern: /^CLI_/, where: 'said by the command line' },
  {
    pattern: /^(COMMAND_LINE|CONFIG_|SERVER_(LISTEN_FAILED|PORT_TAKEN)$)/,
    where: 'ends the start of a server',
  },
  { pattern: /^STORE_(?!CURSOR_)|^VAULT_MASTER_KEY_/, where: 'ends the start of a server' },
  {
    pattern: /^WEBHOOK_(FAILED|NOT_FOUND|TIMEOUT|UNAUTHORIZED)$/,
    where: 'answered to the caller of a webhook',
  },
  { pattern: /^ROUTE_METHOD$/, where: 'answered to programs that call the API wrongly' },
];

describe('error codes in French', () => {
  test('the page of errors is read', () => {
    expect(codes.length).toBeGreaterThan(100);
  });

  test('every code that people can meet in the app has French words', () => {
    const met = codes.filter((code) => !elsewhere.some(({ pattern }) => pattern.test(code)));
    expect(met.filter((code) => !Object.hasOwn(frenchErrors, code))).toEqual([]);
  });

  test('words with holes name the message that these come from, as the server says it, and no hole is left', () => {
    const rows = [...page.matchAll(/<a id="([A-Z0-9_]+)">.*\| ([^|]*?)<br>\*(.*?)\* \|/g)];
    const messages = new Map(rows.map(([, code, text]) => [code, text]));
    const helps = new Map(rows.map(([, code, , text]) => [code, text]));
    for (const [code, words] of Object.entries(frenchErrors)) {
      for (const [text, from, said] of [
        [words.message, words.from, messages],
        [words.help, words.helpFrom, helps],
      ] as const) {
        const holes = text?.match(/\{\w+\}/g) ?? [];
        if (from === undefined) expect([code, holes]).toEqual([code, []]);
        else expect([code, from]).toEqual([code, said.get(code)]);
        expect([code, holes.filter((hole) => !from?.includes(hole))]).toEqual([code, []]);
      }
    }
  });

  test('no words are left for a code that is gone, or that never reaches the app', () => {
    const known = new Set(codes);
    const isElsewhere = (code: string) => elsewhere.some(({ pattern }) => pattern.test(code));
    expect(Object.keys(frenchErrors).filter((code) => !known.has(code) || isElsewhere(code))).toEqual([]);
  });
});
