/**
 * Turns the user's source into plain JavaScript of the same lines: a wrapper in front of the first line for function
 * bodies, and types replaced by blanks. Runs in the runner, because a parser that reads what anybody wrote is part of
 * what must be held in.
 */
import { stripTypeScriptTypes } from 'node:module';
import type { RunMessage } from '../protocol/messages.ts';

export interface PreparedSource {
  kind: 'body' | 'module';
  text: string;
  /** Columns by which the wrapper moved the first line. */
  shift: number;
}

export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(message: string, line: number | undefined, column: number | undefined) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

const exportsDefault = /^[ \t]*export\s+default\b/m;

/** Throws `SourceError` with the user's line and column (both from 1, where they are known). */
export function prepareSource({ source, language, parameters }: RunMessage): PreparedSource {
  const kind = exportsDefault.test(source) ? 'module' : 'body';
  const head = kind === 'body' ? `(async function program(${parameters.join(',')}){` : '';
  const tail = kind === 'body' ? '\n})' : '';
  const whole = `${head}${source}${tail}`;
  return {
    kind,
    shift: head.length,
    text: language === 'typescript' ? stripTypes(whole, head.length) : whole,
  };
}

function stripTypes(text: string, shift: number): string {
  try {
    return stripTypeScriptTypes(text, { mode: 'strip' });
  } catch (error) {
    throw toSourceError(error as Error, shift);
  }
}

/** Node reports "file:line" above an excerpt, and the reason in the message. */
export function toSourceError(error: Error, shift: number): SourceError {
  const place = /:(\d+)(?::(\d+))?\n/.exec(error.stack ?? '');
  const line = place ? Number(place[1]) : undefined;
  const caret = /\n([ \t]*)\^/.exec(error.stack ?? '');
  const raw = caret ? caret[1]!.length + 1 : undefined;
  const column = raw === undefined ? undefined : line === 1 ? Math.max(1, raw - shift) : raw;
  return new SourceError(error.message.split('\n')[0]!, line, column);
}
