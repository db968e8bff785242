import type { CharSet } from './char-set.ts';

/** The tree of a regular expression. */
export type Pattern =
  | { type: 'empty' }
  | { type: 'set'; set: CharSet }
  | { type: 'sequence'; parts: Pattern[] }
  | { type: 'either'; options: Pattern[] }
  /** `index` from 1; absent for a group that is not captured. */
  | { type: 'group'; body: Pattern; index?: number }
  | {
      type: 'repeat';
      body: Pattern;
      min: number;
      max: number;
      isLazy: boolean;
      firstGroup: number;
      lastGroup: number;
    }
  | { type: 'backreference'; index: number }
  | { type: 'look'; body: Pattern; isBehind: boolean; isNegative: boolean }
  | { type: 'assert'; kind: 'start' | 'end' | 'boundary' | 'inside' };

export interface RegexFlags {
  readonly text: string;
  readonly global: boolean;
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly unicode: boolean;
  readonly sticky: boolean;
  readonly hasIndices: boolean;
}

/** undefined when a flag is unknown or stands twice. */
export function parseFlags(text: string): RegexFlags | undefined {
  if (!/^[dgimsuy]*$/.test(text) || new Set(text).size !== text.length) return undefined;
  return {
    text: [...text].sort().join(''),
    global: text.includes('g'),
    ignoreCase: text.includes('i'),
    multiline: text.includes('m'),
    dotAll: text.includes('s'),
    unicode: text.includes('u'),
    sticky: text.includes('y'),
    hasIndices: text.includes('d'),
  };
}
