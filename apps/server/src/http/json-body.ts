import { encodePointer } from '@navette/contracts';
import { type FieldIssue, isRecord } from '@navette/kit';
import { apiErrors } from './api-error.ts';

/** Deeper JSON than this is nobody's data; it would only exhaust the stack of whoever walks it. */
export const maxJsonDepth = 100;

/** Parses a JSON body. Throws REQUEST_INVALID for what is not JSON, too deep, or could reach a prototype. */
export function parseJsonBody(text: string): unknown {
  assertJsonDepth(text, maxJsonDepth);
  const value = parseJson(text);
  const issues: FieldIssue[] = [];
  walk(value, [], issues);
  if (issues.length > 0) throw apiErrors.create('REQUEST_INVALID', { issues: issues.slice(0, 100) });
  return value;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse('', `is not JSON: ${describe(error as SyntaxError)}`);
  }
}

/** Counts brackets outside of strings, so that deep nesting is refused before it is parsed. */
export function assertJsonDepth(text: string, limit: number): void {
  if (text.length <= limit) return;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) {
      inString = true;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) throw refuse('', `is nested more than ${limit} levels deep`);
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
}

/**
 * Names that would be dangerous wherever code assigns them, and the character that Postgres text cannot hold. The depth
 * is bounded before.
 */
function walk(value: unknown, path: PropertyKey[], issues: FieldIssue[]): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) issues.push(issueAt(path, 'must not contain the character U+0000'));
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) walk(value[index], [...path, index], issues);
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      const at = [...path, key];
      const inner = (value as Record<string, unknown>)[key];
      if (isPoison(key, inner)) issues.push(issueAt(at, 'is not allowed as the name of a field'));
      else if (key.includes('\0')) issues.push(issueAt(path, 'has a field name with the character U+0000'));
      walk(inner, at, issues);
    }
  }
}

/** `constructor` and `prototype` alone are fields like others; one inside the other is an attack. */
function isPoison(key: string, value: unknown): boolean {
  if (key === '__proto__') return true;
  return key === 'constructor' && isRecord(value) && Object.hasOwn(value, 'prototype');
}

function issueAt(path: readonly PropertyKey[], message: string): FieldIssue {
  return { path: `/body${encodePointer(path)}`, message };
}

function refuse(pointer: string, message: string) {
  return apiErrors.create('REQUEST_INVALID', { issues: [{ path: `/body${pointer}`, message }] });
}

/** V8 repeats a piece of the text in its message: only where it stumbled is passed on. */
function describe({ message }: SyntaxError): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return `unexpected character at position ${position}`;
  return message.startsWith('Unexpected end') ? 'it ends too early' : 'unexpected character';
}
