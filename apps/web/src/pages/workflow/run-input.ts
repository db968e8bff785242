import type { RunRequest, WorkflowNode } from '@navette/contracts';
import { isRecord, type JsonObject } from '@navette/kit/portable';
import { parseJson } from '../../json/parse-json.ts';

export interface InputCheck {
  /** Undefined when nothing was typed: the run starts without input. */
  input: RunRequest['input'];
  problem:
    | undefined
    | { kind: 'json'; line: number | undefined; column: number | undefined }
    /** Neither an object nor a list of objects. */
    | { kind: 'shape' };
}

export function parseRunInput(text: string): InputCheck {
  if (text.trim() === '') return { input: undefined, problem: undefined };
  const parsed = parseJson(text);
  if (!parsed.ok) {
    return { input: undefined, problem: { kind: 'json', line: parsed.line, column: parsed.column } };
  }
  const { value } = parsed;
  const acceptable = isRecord(value) || (Array.isArray(value) && value.every(isRecord));
  if (!acceptable) return { input: undefined, problem: { kind: 'shape' } };
  return { input: value as RunRequest['input'], problem: undefined };
}

const examples: Readonly<Record<string, JsonObject[string]>> = {
  text: '',
  number: 0,
  boolean: false,
  list: [],
  object: {},
};

/** A first input for a trigger that says which fields it takes; nothing otherwise. */
export function createFirstInput(trigger: WorkflowNode | undefined): string {
  const fields = trigger?.parameters['fields'];
  const entries: [string, JsonObject[string]][] = [];
  for (const field of Array.isArray(fields) ? fields : []) {
    if (!isRecord(field) || typeof field['name'] !== 'string') continue;
    const type = typeof field['type'] === 'string' ? field['type'] : 'any';
    const fallback = Object.hasOwn(examples, type) ? examples[type]! : null;
    entries.push([field['name'], (field['default'] as JsonObject[string] | undefined) ?? fallback]);
  }
  return entries.length === 0 ? '' : JSON.stringify(Object.fromEntries(entries), null, 2);
}

/** The input with a reference to an uploaded file under `file` (or `file2`, …), as nodes that read files take it. */
export function insertFile(text: string, reference: JsonObject): string | undefined {
  const { input, problem } = parseRunInput(text);
  if (problem || Array.isArray(input)) return undefined;
  const object = input ?? {};
  let name = 'file';
  for (let number = 2; Object.hasOwn(object, name); number += 1) name = `file${number}`;
  return JSON.stringify({ ...object, [name]: reference }, null, 2);
}
