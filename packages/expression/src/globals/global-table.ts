import type { Evaluation } from '../runtime/evaluation.ts';
import { NativeFunction } from '../runtime/values.ts';
import { dataGlobals } from './data.ts';
import { functions } from './functions.ts';
import { intl } from './intl.ts';
import { json } from './json.ts';
import { luxonTypes } from './luxon-types.ts';
import { math } from './math.ts';
import { objectType } from './object.ts';
import { types } from './types.ts';

/** All names that an expression can use without declaring them. What is not here does not exist. */

type ReadGlobal = (evaluation: Evaluation) => unknown;

const constants: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['JSON', json],
  ['Math', math],
  ['Intl', intl],
  ['Object', objectType],
  ...types.map((type) => [type.name, type] as const),
  ...luxonTypes.map((type) => [type.name, type] as const),
  ...Object.entries(functions).map(([name, run]) => [name, new NativeFunction(name, run)] as const),
];

const globals = new Map<string, ReadGlobal>([
  ...constants.map(([name, value]) => [name, () => value] as const),
  ...Object.entries(dataGlobals),
]);

export function findGlobal(name: string): ReadGlobal | undefined {
  return globals.get(name);
}

/** Names of the language, for suggestions and completion. */
export function listGlobalNames(): string[] {
  return [...globals.keys()];
}

/** Names of JavaScript hosts that have no place here. They are refused by name, so that nobody looks for a typo. */
export const deniedGlobals = new Set([
  ...[
    'globalThis',
    'global',
    'window',
    'Window',
    'self',
    'document',
    'process',
    'require',
    'module',
    'exports',
  ],
  ...[
    'eval',
    'uneval',
    'Function',
    'GeneratorFunction',
    'AsyncFunction',
    'AsyncGeneratorFunction',
    'Generator',
  ],
  ...[
    'AsyncGenerator',
    'Promise',
    'Proxy',
    'Reflect',
    'Symbol',
    'WeakMap',
    'WeakSet',
    'WeakRef',
    'WebAssembly',
  ],
  ...[
    'FinalizationRegistry',
    'SharedArrayBuffer',
    'Atomics',
    'ArrayBuffer',
    'DataView',
    'Buffer',
    'AggregateError',
  ],
  ...[
    'fetch',
    'XMLHttpRequest',
    'WebSocket',
    'Worker',
    'importScripts',
    'alert',
    'prompt',
    'confirm',
    'console',
  ],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'],
  ...['queueMicrotask', 'structuredClone', 'escape', 'unescape', 'InternalError', 'arguments', 'Iterator'],
]);
