import type { NavetteError } from '@navette/kit';
import { expressionErrors } from '../errors.ts';

export interface SyntaxFault {
  /** The whole template. */
  text: string;
  /** Where in it, in UTF-16 units from 0. */
  offset: number;
  /** What is wrong, without a full stop. */
  reason: string;
}

/** EXPRESSION_SYNTAX with `line` and `column` from 1, `offset` from 0 and an excerpt of the place. */
export function createSyntaxError({ text, offset, reason }: SyntaxFault): NavetteError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - (before.lastIndexOf('\n') + 1) + 1;
  const start = Math.max(0, offset - 12);
  const excerpt = text
    .slice(start, offset + 24)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return expressionErrors.create('EXPRESSION_SYNTAX', { params: { line, column, offset, reason, excerpt } });
}
