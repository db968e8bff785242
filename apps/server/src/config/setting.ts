import { z } from 'zod';

/** What the schema says of a setting beside its type. */
export interface SettingMeta {
  /** Environment variables that set it; the first one that is set wins. */
  env: readonly [string, ...string[]];
  /** One line of Markdown for the reference. */
  about: string;
  /** Never shown. */
  secret?: boolean;
  /** Text of a path, which is relative to the working folder or to the file that names it. */
  path?: boolean;
}

/** How the text of an environment variable becomes a value. */
export type SettingKind = 'text' | 'number' | 'boolean' | 'list';

/** One setting as loading, `navette doctor` and the reference see it. */
export interface Setting extends SettingMeta {
  /** "http.timeoutMs". */
  key: string;
  kind: SettingKind;
  /** Allowed values, when they are few. */
  choices: readonly string[] | undefined;
  default: unknown;
}

const registry = z.registry<SettingMeta>();

/** Describes a leaf of the configuration schema. */
export function defineSetting<Schema extends z.ZodType>(schema: Schema, meta: SettingMeta): Schema {
  registry.add(schema, meta);
  return schema;
}

/** The leaves of the schema in its order. A leaf without a description is a defect. */
export function listSettings(schema: z.ZodObject, prefix = ''): Setting[] {
  return Object.entries(schema.shape).flatMap(([name, value]) => {
    const key = `${prefix}${name}`;
    const field = value as z.ZodType;
    const group = unwrap(field);
    if (group instanceof z.ZodObject) return listSettings(group, `${key}.`);
    const meta = registry.get(field);
    if (!meta) throw new Error(`The setting ${key} is not described`);
    return [{ ...meta, key, ...describeType(group), default: readDefault(field) }];
  });
}

function describeType(type: z.ZodType): { kind: SettingKind; choices: readonly string[] | undefined } {
  if (type instanceof z.ZodEnum) return { kind: 'text', choices: type.options as string[] };
  if (type instanceof z.ZodNumber) return { kind: 'number', choices: undefined };
  if (type instanceof z.ZodBoolean) return { kind: 'boolean', choices: undefined };
  if (type instanceof z.ZodArray) return { kind: 'list', choices: undefined };
  return { kind: 'text', choices: undefined };
}

function readDefault(field: z.ZodType): unknown {
  return field instanceof z.ZodDefault || field instanceof z.ZodPrefault ? field.def.defaultValue : undefined;
}

function unwrap(field: z.ZodType): z.ZodType {
  let at: z.ZodType = field;
  while (at instanceof z.ZodDefault || at instanceof z.ZodPrefault || at instanceof z.ZodOptional) {
    at = at.def.innerType as z.ZodType;
  }
  return at;
}
