import type { ProgramLanguage } from './program-file.ts';

export interface AnnotatedProgram {
  text: string;
  /** A place in `text` as a place in the source: line and column count from 1. */
  toSource(line: number, column: number): { line: number; column: number };
}

interface Insertion {
  offset: number;
  text: string;
}

const signature =
  /^[ \t]*export\s+default\s+(?:async\s+)?(?:function\b\s*[\w$]*\s*)?\(\s*([A-Za-z_$][\w$]*)(?=\s*[,)])/m;

/**
 * The source with types at the parameters of its default export that have none, so that `(ctx, input)` is checked as it
 * stands. Lines stay as they are.
 */
export function annotateProgram(source: string, language: ProgramLanguage): AnnotatedProgram {
  const insertions = listInsertions(source, language);
  let text = '';
  let at = 0;
  for (const { offset, text: type } of insertions) {
    text += source.slice(at, offset) + type;
    at = offset;
  }
  text += source.slice(at);
  const placed = insertions.map(({ offset, text: type }) => {
    const lines = source.slice(0, offset).split('\n');
    return { line: lines.length, column: lines.at(-1)!.length + 1, length: type.length };
  });
  return {
    text,
    toSource(line, column) {
      let found = column;
      for (const one of placed) {
        if (one.line === line && found > one.column) found = Math.max(one.column, found - one.length);
      }
      return { line, column: found };
    },
  };
}

function listInsertions(source: string, language: ProgramLanguage): Insertion[] {
  const match = signature.exec(source);
  if (!match) return [];
  const end = match.index + match[0].length;
  if (language === 'javascript') return [{ offset: end - match[1]!.length, text: '/** @type {Ctx} */ ' }];
  const second = findSecondParameter(source, end);
  const first = { offset: end, text: ': Ctx' };
  return second === undefined ? [first] : [first, { offset: second, text: ': any' }];
}

/** The end of the second parameter when it has no type: a name, or a pattern in braces. */
function findSecondParameter(source: string, from: number): number | undefined {
  const start = /^\s*,\s*(?=[\w$[{])/.exec(source.slice(from));
  if (!start) return undefined;
  const begin = from + start[0].length;
  const name = /^[A-Za-z_$][\w$]*/.exec(source.slice(begin));
  const end = name ? begin + name[0].length : findClosing(source, begin);
  return end !== undefined && /^\s*[,)=]/.test(source.slice(end)) ? end : undefined;
}

/** Behind the bracket that closes the one at `begin`. */
function findClosing(source: string, begin: number): number | undefined {
  let depth = 0;
  for (let at = begin; at < source.length; at += 1) {
    if (/[[{(]/.test(source[at]!)) depth += 1;
    if (/[\]})]/.test(source[at]!)) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}
