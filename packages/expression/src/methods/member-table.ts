import type { Evaluation } from '../runtime/evaluation.ts';

/** A function of a type: gets the value before the dot and the arguments. */
export type MethodRun<T> = (evaluation: Evaluation, self: T, args: readonly unknown[]) => unknown;

/**
 * `method`: what JavaScript or Luxon have too; can be read as a value (`list.map`). `extension`: what this language
 * adds; exists only in a call, so that a missing field of an object never turns into a function.
 */
export type TypeMember =
  | { kind: 'method'; run: MethodRun<never> }
  | { kind: 'extension'; run: MethodRun<never> }
  | { kind: 'property'; read: (self: never) => unknown };

/**
 * Methods by name. Those that every JavaScript object has (`toString` …) must spell the types of their parameters out:
 * TypeScript would take them from there.
 */
export type Methods<T> = Record<string, MethodRun<T>>;

export type MemberTable = ReadonlyMap<string, TypeMember>;

interface TableParts<T> {
  methods?: Methods<T>;
  extensions?: Methods<T>;
  properties?: Record<string, (self: T) => unknown>;
}

/** All members of a type; an extension wins over a method of the same name. */
export function createTable<T>(...sources: TableParts<T>[]): MemberTable {
  const table = new Map<string, TypeMember>();
  for (const { methods = {}, extensions = {}, properties = {} } of sources) {
    for (const [name, read] of Object.entries(properties)) table.set(name, { kind: 'property', read });
    for (const [name, run] of Object.entries(methods)) table.set(name, { kind: 'method', run });
    for (const [name, run] of Object.entries(extensions)) table.set(name, { kind: 'extension', run });
  }
  return table;
}
