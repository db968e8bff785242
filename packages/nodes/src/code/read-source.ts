/**
 * Reads what a program asks for before it runs: libraries, other nodes, zones. Imports at the top of a function body are
 * no JavaScript, so they are rewritten in place, line by line, to declarations of the same names.
 *
 * The source is what anybody wrote, and this runs in the server: no search here looks at the same text again and again.
 */
import type { ErrorParams } from '@navette/kit';
import { codeErrors } from './errors.ts';
import { maskText } from './mask-text.ts';

/** A node that the source names, and which of its lists it reads besides the usual one. */
export interface NodeMention {
  name: string;
  /** Whether the source follows items back: `.item`, `.itemMatching(…)`, `.pairedItem(…)`. */
  readsMatches: boolean;
  /** Outputs named in `.all(…)`, `.first(…)`, `.last(…)`: a port name or a position. */
  outputs: (string | number)[];
}

export interface SourceFacts {
  /** With the imports rewritten; the lines are those of the user. */
  body: string;
  modules: string[];
  nodes: NodeMention[];
  /** Whether a word is in the source, be it in a text or a comment: too often costs less than once too few. */
  mentions(word: string): boolean;
}

const insteadOf: Readonly<Record<string, string>> = {
  'a library for requests': 'Use http(…), after naming its hosts in the settings of the step.',
  files:
    'Code reaches no files of the server; those of items are in $binary, and $files reads and writes them.',
  processes: 'Code starts no processes.',
  dates: 'Use luxon, or DateTime, which is there without an import.',
  lists: 'Use collections, which has the same functions under the same names.',
  hashes: 'Use hashes: hash, hmac, md5, sha1, sha256, sha512.',
  csv: 'Use papaparse.',
  checks: 'Use zod.',
  other: 'Paste what you need into the code, or use a node for it.',
};

const adviceByModule = new Map<string, keyof typeof insteadOf>(
  (
    [
      [
        'a library for requests',
        'axios got node-fetch request superagent undici http https net tls http2 ky',
      ],
      ['files', 'fs fs/promises path os fs-extra stream'],
      ['processes', 'child_process cluster worker_threads vm v8 process module'],
      ['dates', 'moment moment-timezone dayjs date-fns'],
      ['lists', 'lodash lodash-es underscore ramda'],
      ['hashes', 'crypto crypto-js'],
      ['csv', 'csv csv-parse csv-stringify'],
      ['checks', 'joi yup ajv'],
    ] as const
  ).flatMap(([advice, names]) => names.split(' ').map((name) => [name, advice] as const)),
);

/** Throws CODE_IMPORT_UNKNOWN and CODE_IMPORT_FORM. */
export function readSource(source: string, known: readonly string[]): SourceFacts {
  const masked = maskText(source);
  refuseExports(source, masked);
  const { body, modules } = rewriteImports(source, masked, known);
  const asked = new Set(modules);
  for (const { module, index } of listRequires(source, masked)) {
    asked.add(assertKnown(module, known, source, index));
  }
  const mentions = (word: string) => new RegExp(`(?<![\\w$.])${escapeWord(word)}(?![\\w$])`).test(source);
  if (['DateTime', 'Duration', 'Interval', '$now', '$today'].some(mentions)) asked.add('luxon');
  if (mentions('$jmespath')) asked.add('jmespath');
  return {
    body,
    modules: [...asked].filter((name) => known.includes(name)),
    nodes: listNodes(source, scriptForms),
    mentions,
  };
}

/** The same for Python, whose imports the engine itself allows or refuses. */
export function readPythonSource(source: string): SourceFacts {
  // "$vars" is "_vars" there.
  const mentions = (word: string) => new RegExp(`(?<![\\w.])${word.replace('$', '_')}(?!\\w)`).test(source);
  return { body: source, modules: [], nodes: listNodes(source, pythonForms), mentions };
}

function escapeWord(word: string): string {
  return word.replace(/[$]/g, '\\$&');
}

/** Only for what is thrown: it looks at the whole text. */
function placeAt(source: string, index: number): { line: number; column: number } {
  const lines = source.slice(0, index).split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

function createFormError(what: string, source: string, index: number) {
  return codeErrors.create('CODE_IMPORT_FORM', { params: { what, ...placeAt(source, index) } });
}

function refuseExports(source: string, masked: string): void {
  const match = /^[ \t]*export\b/m.exec(masked);
  if (match) throw createFormError('an export', source, match.index + match[0].indexOf('e'));
}

function assertKnown(name: string, known: readonly string[], source: string, index: number): string {
  const module = withoutScheme(name);
  if (known.includes(module)) return module;
  throw createImportError({ module: name, ...placeAt(source, index) }, known);
}

const withoutScheme = (name: string) => name.replace(/^node:/, '');

/** Says what to use in place of a module, or how to import one whose name was computed. */
export function createImportError(found: ErrorParams & { module: string }, known: readonly string[]) {
  const module = withoutScheme(found.module);
  const advice = known.includes(module)
    ? 'Write its name as a text where it is imported.'
    : insteadOf[adviceByModule.get(module) ?? 'other'];
  return codeErrors.create('CODE_IMPORT_UNKNOWN', {
    params: { ...found, advice, modules: known.join(', ') },
  });
}

const importHead = /^[ \t]*import\b(?![ \t]*\()/gm;
/** What stands between "import" and its end, at most. */
const maxImportLength = 10_000;
const importStatement = /^[ \t]*import\s+(?:(type\s)?([\s\S]*?)\sfrom\s*)?(['"])([^'"\n]+)\3[ \t]*;?/;

function rewriteImports(
  source: string,
  masked: string,
  known: readonly string[],
): { body: string; modules: string[] } {
  const modules: string[] = [];
  let body = '';
  let end = 0;
  for (const { 0: head, index } of masked.matchAll(importHead)) {
    // Inside of the statement before.
    if (index < end) continue;
    const start = index + head.indexOf('i');
    const match = importStatement.exec(source.slice(index, index + maxImportLength));
    if (!match) throw createFormError('such an import', source, start);
    const [text, isType, names = '', , name] = match;
    body += source.slice(end, index);
    end = index + text.length;
    const lines = '\n'.repeat(text.split('\n').length - 1);
    if (isType) {
      body += lines;
      continue;
    }
    const module = assertKnown(name!, known, source, start);
    modules.push(module);
    const declaration = encodeDeclaration(names, `require(${JSON.stringify(module)})`);
    if (declaration === undefined) throw createFormError('such an import', source, start);
    body += declaration + lines;
  }
  return { body: body + source.slice(end), modules };
}

const identifier = '[A-Za-z_$][\\w$]*';
const importNames = new RegExp(
  `^(?:(${identifier}))?\\s*,?\\s*(?:\\{([\\s\\S]*)\\}|\\*\\s*as\\s+(${identifier}))?$`,
);

/** On one line, so that those of the user stay. */
function encodeDeclaration(names: string, value: string): string | undefined {
  const match = importNames.exec(names.trim());
  if (!match) return undefined;
  const [, whole, some, space] = match;
  const parts = (some ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('type '))
    .map((part) => part.replace(/\s+as\s+/, ': '));
  if (whole) parts.unshift(`default: ${whole}`);
  return [
    ...(parts.length > 0 ? [`const { ${parts.join(', ')} } = ${value};`] : []),
    ...(space ? [`const ${space} = ${value};`] : []),
  ].join(' ');
}

function listRequires(source: string, masked: string): { module: string; index: number }[] {
  return [...masked.matchAll(/(?<![\w$.])(?:require|import)\s*\(\s*(['"])/g)].map((match) => {
    const start = match.index + match[0].length;
    return {
      module: source.slice(start, source.indexOf(match[1]!, start)),
      index: match.index,
    };
  });
}

const quoted = '(?:\'((?:\\\\.|[^\'\\\\\\n])*)\'|"((?:\\\\.|[^"\\\\\\n])*)"|`((?:\\\\.|[^`\\\\$])*)`)';
/** How the source names other nodes. */
const scriptForms = [
  new RegExp(`(?:\\$|\\$items)\\(\\s*${quoted}`, 'g'),
  new RegExp(`\\$node\\[\\s*${quoted}\\s*\\]`, 'g'),
  new RegExp(`\\$node\\.(${identifier})`, 'g'),
];
const pythonForms = [new RegExp(`(?<![\\w.])_\\(\\s*${quoted}`, 'g')];
const outputChoice = new RegExp(
  `(?:\\.(?:all|first|last)\\(|\\$items\\(\\s*${quoted}\\s*,)\\s*(?:(\\d+)|${quoted})`,
  'g',
);

function listNodes(source: string, forms: readonly RegExp[]): NodeMention[] {
  const names = forms.flatMap((pattern) =>
    [...source.matchAll(pattern)].map((match) => unquote(match.slice(1).find((one) => one !== undefined)!)),
  );
  const readsMatches = /\.(item|itemMatching|pairedItem)\b/.test(source);
  const outputs = [...source.matchAll(outputChoice)].flatMap<string | number>((match) => {
    const [number, ...texts] = match.slice(4);
    const text = texts.find((one) => one !== undefined);
    return number === undefined ? (text === undefined ? [] : [unquote(text)]) : [Number(number)];
  });
  return [...new Set(names)].map((name) => ({ name, readsMatches, outputs: [...new Set(outputs)] }));
}

function unquote(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
