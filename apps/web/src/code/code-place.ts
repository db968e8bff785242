/** Where in the code an error is. The record of an error holds it in its message only, which the server makes from these. */
import { readHoles } from '../i18n/error-words.ts';

export const codeErrorMessages = {
  CODE_IMPORT_FORM: 'The code is the body of a function and cannot have {what}, line {line}',
  CODE_IMPORT_UNKNOWN: 'The code imports "{module}", which it may not, line {line}',
  CODE_ITEM_FAILED: 'The code failed on item {item}, line {line}: {detail}',
  PROGRAM_IMPORT_FORBIDDEN: 'The program imports "{module}", and a program can import nothing, line {line}',
  SANDBOX_CODE_THREW: 'The code failed, line {line}: {detail}',
  SANDBOX_IMPORT_FORBIDDEN: 'The code imports "{module}", which it may not, line {line}',
  SANDBOX_SYNTAX: 'The code cannot be read, line {line}, column {column}: {detail}',
} as const;

/** The line of the author's code, from 1; undefined where the error names none. */
export function lineOfError({ code, message }: { code: string; message: string }): number | undefined {
  if (!Object.hasOwn(codeErrorMessages, code)) return undefined;
  const template = codeErrorMessages[code as keyof typeof codeErrorMessages];
  const line = Number(readHoles(template, message)?.get('line'));
  return Number.isSafeInteger(line) && line > 0 ? line : undefined;
}
