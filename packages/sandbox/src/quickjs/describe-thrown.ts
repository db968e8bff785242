import type { Failure } from '../protocol/messages.ts';

export interface Thrown {
  name: string;
  message: string;
  stack: string;
}

export interface ThrownContext {
  /** The failed host call that it came from, or 0. */
  call: number;
  forbiddenImport: string | undefined;
  source: string;
  /** Columns by which the wrapper moved the first line. */
  shift: number;
  stackBytes: number;
}

/** What an error of the program means for its author. */
export function describeThrown(thrown: Thrown, context: ThrownContext): Failure {
  const { name, message } = thrown;
  const { line, column } = findPlace(thrown.stack, context.shift);
  const detail =
    (name && name !== 'Error' ? `${name}: ${message}` : message).slice(0, 4_000) || 'an error without words';
  if (context.forbiddenImport !== undefined)
    return createImportFailure(context.forbiddenImport, context, line);
  if (/^(InternalError: stack overflow|RangeError: Maximum call stack)/.test(`${name}: ${message}`)) {
    return { code: 'SANDBOX_STACK_LIMIT', limit: 'stackBytes', used: context.stackBytes };
  }
  if (name === 'SyntaxError' && isWholeProgram(thrown.stack)) {
    const imported = findImport(context.source, line);
    if (imported !== undefined) return createImportFailure(imported, context, line);
    return { code: 'SANDBOX_SYNTAX', detail, line, column };
  }
  return {
    code: 'SANDBOX_CODE_THREW',
    detail,
    line,
    column,
    stack: keepOwnFrames(thrown.stack),
    ...(context.call > 0 ? { call: context.call } : {}),
  };
}

const frame = /\bprogram:(\d+)(?::(\d+))?/;

/** The first frame in the user's code. */
function findPlace(stack: string, shift: number): { line?: number | undefined; column?: number | undefined } {
  const match = frame.exec(stack);
  if (!match) return {};
  const line = Number(match[1]);
  const raw = match[2] === undefined ? undefined : Number(match[2]);
  return { line, column: raw === undefined || line > 1 ? raw : Math.max(1, raw - shift) };
}

/** An error of the parser on the program itself has no function in its stack; that of a later `eval` has. */
function isWholeProgram(stack: string): boolean {
  return /^\s*at program:\d+/.test(stack);
}

function keepOwnFrames(stack: string): string {
  return stack
    .split('\n')
    .filter((one) => frame.test(one))
    .slice(0, 20)
    .join('\n')
    .slice(0, 4_000);
}

const importWord = /\b(?:import|require|from)\b/;
const importStatement = /^\s*(?:import|export)\b[^'"]*['"]([^'"]+)['"]/;

function findImport(source: string, line: number | undefined): string | undefined {
  const lines = source.split('\n');
  const candidates = line === undefined ? lines : [lines[line - 1] ?? ''];
  return candidates.map((text) => importStatement.exec(text)?.[1]).find((name) => name !== undefined);
}

/** At the word that imports, where the text names the module in the same line. */
function createImportFailure(module: string, { source }: ThrownContext, line: number | undefined): Failure {
  const lines = source.split('\n');
  const found = lines.findIndex((text) => text.includes(module) && importWord.test(text));
  const at = found >= 0 ? found + 1 : line;
  const column = found >= 0 ? importWord.exec(lines[found]!)!.index + 1 : undefined;
  return { code: 'SANDBOX_IMPORT_FORBIDDEN', module: module.slice(0, 500), line: at, column };
}
