/**
 * Parameters whose templates stand only where the schema takes anything are validated once, when the workflow is compiled:
 * whatever the templates give, the rest of the tree stays what it was. For each item the values are put into that frame,
 * which costs a fraction of the validation.
 */
import type { AnyNodeDefinition } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import type { z } from 'zod';
import { toJson } from '../json-value.ts';

/** Where templates are: by key or index, down to `true`. A list, since a Map would make an entry for each turn of a loop. */
type Places = readonly Place[];

interface Place {
  readonly key: string | number;
  readonly inside: Places | true;
}

export interface ParameterFrame {
  /** The validated parameters with the values of the templates. Undefined when one of them gave nothing: validate it all. */
  fill(evaluated: unknown): unknown;
}

/** Undefined when the schema looks at what a template gives. */
export function createParameterFrame(
  definition: AnyNodeDefinition,
  { evaluated, raw }: { evaluated: JsonObject; raw: JsonObject },
): ParameterFrame | undefined {
  const places = findPlaces(evaluated);
  if (places === undefined || places === true || !isOpen(definition.parameters, places)) return undefined;
  const parsed = definition.parameters.safeParse({ ...(mark(evaluated, places) as JsonObject), ...raw });
  if (!parsed.success || !holdsMarks(parsed.data, places)) return undefined;
  const frame = parsed.data;
  freezeAround(frame, places);
  return {
    fill: (values) => (isComplete(values, places) ? fill(frame, places, values) : undefined),
  };
}

/** Stands for what a template will give. */
const anything = Object.freeze({});

function findPlaces(value: unknown): Places | true | undefined {
  if (typeof value === 'string') return value.includes('{{') ? true : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const places: Place[] = [];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) {
    const inside = findPlaces(read(value, key));
    if (inside) places.push({ key, inside });
  }
  return places.length > 0 ? places : undefined;
}

/** Whether the schema takes anything at these places, and looks at nothing but shape and length above them. */
function isOpen(schema: z.core.$ZodType, places: Places | true): boolean {
  const { def } = schema._zod;
  const checks = def.checks ?? [];
  if (!checks.every(({ _zod }) => lengthChecks.has(_zod.def.check))) return false;
  if (isWrapper(def)) return isOpen(def.innerType, places);
  if (places === true) return def.type === 'unknown' || def.type === 'any';
  if (isArray(def)) return places.every(({ inside }) => isOpen(def.element, inside));
  if (!isObject(def)) return false;
  return places.every(({ key, inside }) => {
    const field = Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
    return field !== undefined && isOpen(field, inside);
  });
}

const lengthChecks: ReadonlySet<string> = new Set(['max_length', 'min_length', 'length_equals']);

type Def = z.core.$ZodTypeDef;

function isWrapper(def: Def): def is Def & { innerType: z.core.$ZodType } {
  return ['optional', 'default', 'prefault', 'nullable'].includes(def.type);
}

function isArray(def: Def): def is z.core.$ZodArrayDef {
  return def.type === 'array';
}

function isObject(def: Def): def is z.core.$ZodObjectDef {
  return def.type === 'object';
}

function mark(value: unknown, places: Places): unknown {
  const copy = copyOf(value);
  for (const { key, inside } of places) copy[key] = inside === true ? anything : mark(copy[key], inside);
  return copy;
}

function holdsMarks(parsed: unknown, places: Places | true): boolean {
  if (places === true) return parsed === anything;
  return places.every(({ key, inside }) => holdsMarks(read(parsed, key), inside));
}

function isComplete(values: unknown, places: Places | true): boolean {
  if (places === true) return values !== undefined;
  for (const { key, inside } of places) if (!isComplete(read(values, key), inside)) return false;
  return true;
}

function fill(frame: unknown, places: Places, values: unknown): unknown {
  const copy = copyOf(frame);
  for (const { key, inside } of places) {
    const value = (values as Record<string, unknown>)[key];
    copy[key] = inside === true ? toJson(value) : fill(copy[key], inside, value);
  }
  return copy;
}

/** Its keys are the schema's own. */
function copyOf(value: unknown): Record<string | number, unknown> {
  return (Array.isArray(value) ? value.slice() : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
}

/**
 * What executions share is frozen. What is copied for each of them is not: nobody else sees it, and V8 copies frozen objects
 * by a slow path.
 */
function freezeAround(value: unknown, places: Places): void {
  const keys: readonly (string | number)[] = Array.isArray(value)
    ? [...value.keys()]
    : Object.keys(value as object);
  for (const key of keys) {
    const place = places.find((candidate) => candidate.key === key);
    if (!place) freeze(read(value, key));
    else if (place.inside !== true) freezeAround(read(value, key), place.inside);
  }
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inside of Object.values(value)) freeze(inside);
  return Object.freeze(value);
}

function read(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
