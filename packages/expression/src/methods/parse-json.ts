import { createArgumentError } from '../runtime/thrown.ts';

/** `JSON.parse` without fields that could be taken for a prototype by whoever reads the result. */
export function parseJsonText(text: string, name: string): unknown {
  try {
    return text.includes('__proto__') ? JSON.parse(text, dropProto) : JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const hint = text.includes("'") ? ". Check you're using double quotes" : ', the text is not JSON';
    throw createArgumentError(name, `Parsing failed${hint}`);
  }
}

function dropProto(this: unknown, key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}
