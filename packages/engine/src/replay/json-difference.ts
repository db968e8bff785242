import type { JsonDifference } from '@navette/contracts';
import { encodePointer } from '@navette/contracts';
import { isRecord } from '@navette/kit';

export interface JsonDifferences {
  differences: JsonDifference[];
  /** There are more than were asked for. */
  cut: boolean;
}

const shownLength = 300;

/** Where two JSON values differ, by pointer. Fields without a value are not there. */
export function diffJson(before: unknown, after: unknown, limit: number): JsonDifferences {
  const found: JsonDifference[] = [];
  compare(before, after, '', (difference) => {
    found.push(difference);
    return found.length <= limit;
  });
  return { differences: found.slice(0, limit), cut: found.length > limit };
}

/** @returns false when enough was found. */
function compare(
  before: unknown,
  after: unknown,
  path: string,
  add: (difference: JsonDifference) => boolean,
): boolean {
  if (before === after) return true;
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    for (let index = 0; index < length; index++) {
      if (!compare(before[index], after[index], `${path}/${index}`, add)) return false;
    }
    return true;
  }
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [a, b] = [readOwn(before, key), readOwn(after, key)];
      if (!compare(a, b, path + encodePointer([key]), add)) return false;
    }
    return true;
  }
  return add({ path, before: show(before), after: show(after) });
}

function readOwn(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function show(value: unknown): string | null {
  const text = JSON.stringify(value);
  if (text === undefined) return null;
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
