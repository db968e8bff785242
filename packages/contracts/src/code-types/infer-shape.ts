/**
 * The shape of JSON values, from some of them: what a program may expect to find. Keys are data of anybody: they are kept in
 * Maps, so that no key means anything.
 */
import type { Json } from '@navette/kit/portable';

export interface Shape {
  /** "string", "number", "boolean", "null", as far as they were seen. */
  scalars: ReadonlySet<string>;
  /** Of the objects among the values. */
  object?: ObjectShape;
  /** Of the entries of the lists among the values; no shape: they were empty. */
  entries?: { shape: Shape | undefined };
  /** There was more below than is looked at. */
  cut?: boolean;
}

export interface ObjectShape {
  count: number;
  keys: ReadonlyMap<string, { count: number; shape: Shape }>;
  /** There were more keys than are kept. */
  more: boolean;
}

const maxDepth = 12;
const maxKeys = 200;
const maxEntries = 30;

/** `budget` is shared by the calls that are given the same one: how many values are looked at, in all. */
export function inferShape(values: Iterable<Json>, budget: { values: number }): Shape | undefined {
  const shape = createShape();
  let seen = 0;
  for (const value of values) {
    if (budget.values <= 0) break;
    seen += 1;
    addValue(shape, value, budget, 0);
  }
  return seen === 0 ? undefined : toShape(shape);
}

interface OpenShape {
  scalars: Set<string>;
  objects: number;
  keys: Map<string, { count: number; shape: OpenShape }>;
  more: boolean;
  lists: number;
  entries: OpenShape | undefined;
  cut: boolean;
}

function createShape(): OpenShape {
  return {
    scalars: new Set(),
    objects: 0,
    keys: new Map(),
    more: false,
    lists: 0,
    entries: undefined,
    cut: false,
  };
}

function addValue(shape: OpenShape, value: Json, budget: { values: number }, depth: number): void {
  budget.values -= 1;
  if (value === null) shape.scalars.add('null');
  else if (typeof value !== 'object') shape.scalars.add(typeof value);
  else if (depth === maxDepth || budget.values <= 0) shape.cut = true;
  else if (Array.isArray(value)) {
    shape.lists += 1;
    for (const entry of value.slice(0, maxEntries)) {
      shape.entries ??= createShape();
      addValue(shape.entries, entry, budget, depth + 1);
    }
  } else {
    shape.objects += 1;
    for (const key of Object.keys(value)) addKey(shape, key, value[key]!, budget, depth);
  }
}

function addKey(shape: OpenShape, key: string, value: Json, budget: { values: number }, depth: number): void {
  let known = shape.keys.get(key);
  if (!known) {
    if (shape.keys.size >= maxKeys || budget.values <= 0) {
      shape.more = true;
      return;
    }
    known = { count: 0, shape: createShape() };
    shape.keys.set(key, known);
  }
  known.count += 1;
  addValue(known.shape, value, budget, depth + 1);
}

function toShape({ scalars, objects, keys, more, lists, entries, cut }: OpenShape): Shape {
  return {
    scalars,
    ...(objects > 0 ? { object: toObject(objects, keys, more) } : {}),
    ...(lists > 0 ? { entries: { shape: entries && toShape(entries) } } : {}),
    ...(cut ? { cut } : {}),
  };
}

function toObject(count: number, keys: OpenShape['keys'], more: boolean): ObjectShape {
  const shapes = [...keys].map(
    ([key, { count: times, shape }]) => [key, { count: times, shape: toShape(shape) }] as const,
  );
  return { count, keys: new Map(shapes), more };
}
