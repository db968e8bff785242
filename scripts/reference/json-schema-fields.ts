/** Reads a JSON Schema (made by zod) as fields that a person can take in. */

export type JsonSchema = { readonly [key: string]: unknown };

export interface Field {
  /** "retry.maxAttempts", "fields[].name". */
  path: string;
  type: string;
  required: boolean;
  /** Undefined when there is none. */
  default: unknown;
  title: string;
  description: string;
  /** Field that must have one of the values for this one to count. */
  showWhen: Readonly<Record<string, readonly unknown[]>>;
}

export interface FieldOptions {
  /** How deep to go; deeper objects are only named. */
  depth: number;
  /** The link to a named schema ("Step"). */
  link?(name: string): string;
}

/** The fields of an object schema, those of objects inside it included. */
export function listFields(root: JsonSchema, options: FieldOptions): Field[] {
  const definitions = (root['$defs'] ?? {}) as Record<string, JsonSchema>;
  return listInside(root, '', options.depth, { definitions, link: options.link ?? ((name) => name) });
}

/** The type of a schema in words. */
export function describeSchema(root: JsonSchema, options: Pick<FieldOptions, 'link'> = {}): string {
  const definitions = (root['$defs'] ?? {}) as Record<string, JsonSchema>;
  return describe(root, { definitions, link: options.link ?? ((name) => name) });
}

interface Surroundings {
  definitions: Record<string, JsonSchema>;
  link(name: string): string;
}

function listInside(schema: JsonSchema, prefix: string, depth: number, around: Surroundings): Field[] {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = (schema['required'] ?? []) as string[];
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = prefix + name;
    const field: Field = {
      path,
      type: describe(property, around),
      required: required.includes(name),
      default: property['default'],
      title: String(property['title'] ?? ''),
      description: String(property['description'] ?? ''),
      showWhen: (property['x-show-when'] ?? {}) as Field['showWhen'],
    };
    const [inner, suffix] = findObject(property);
    return depth > 1 && inner
      ? [field, ...listInside(inner, `${path}${suffix}.`, depth - 1, around)]
      : [field];
  });
}

/** The object with fields of its own that a property is, or is a list of; named schemas are not entered. */
function findObject(schema: JsonSchema): [JsonSchema | undefined, string] {
  if (schema['properties']) return [schema, ''];
  if (schema['type'] === 'array') {
    const [inner, suffix] = findObject((schema['items'] ?? {}) as JsonSchema);
    return [inner, `[]${suffix}`];
  }
  const choices = listChoices(schema).filter((choice) => choice['type'] !== 'null');
  return choices.length === 1 && choices[0] !== schema ? findObject(choices[0]!) : [undefined, ''];
}

function listChoices(schema: JsonSchema): JsonSchema[] {
  return (schema['anyOf'] ?? schema['oneOf'] ?? []) as JsonSchema[];
}

function describe(schema: JsonSchema, around: Surroundings): string {
  if (typeof schema['$ref'] === 'string') return describeReference(schema['$ref'], around);
  if (Array.isArray(schema['enum'])) return `one of ${schema['enum'].map(quote).join(', ')}`;
  if ('const' in schema) return quote(schema['const']);
  const choices = listChoices(schema);
  if (choices.length > 0) return isAnyJson(choices) ? 'JSON' : describeChoices(choices, around);
  const { type } = schema as { type?: string | string[] };
  if (Array.isArray(type)) return type.map((one) => describe({ ...schema, type: one }, around)).join(' or ');
  if (type === 'array') return describeList(schema, around);
  if (type === 'object') return describeObject(schema, around);
  if (type === 'string') return describeString(schema);
  if (type === 'integer' || type === 'number') return describeNumber(type, schema);
  return type ?? 'JSON';
}

function describeReference(reference: string, around: Surroundings): string {
  const name = reference.replace(/^#\/\$defs\//, '');
  if (!name.startsWith('__schema')) return around.link(name);
  const definition = around.definitions[name];
  // A schema that refers to itself is data of any shape.
  if (!definition || JSON.stringify(definition).includes(`"${reference}"`)) return 'JSON';
  return describe(definition, around);
}

function isAnyJson(choices: readonly JsonSchema[]): boolean {
  const types = choices.map((choice) => choice['type']);
  return ['string', 'number', 'boolean', 'null', 'array', 'object'].every((type) => types.includes(type));
}

function describeChoices(choices: readonly JsonSchema[], around: Surroundings): string {
  return [...new Set(choices.map((choice) => describe(choice, around)))].join(' or ');
}

function describeList(schema: JsonSchema, around: Surroundings): string {
  const fixed = schema['prefixItems'] as JsonSchema[] | undefined;
  if (fixed) return `[${fixed.map((one) => describe(one, around)).join(', ')}]`;
  const items = schema['items'] as JsonSchema | undefined;
  return items ? `list of ${describe(items, around)}` : 'list';
}

function describeObject(schema: JsonSchema, around: Surroundings): string {
  const values = schema['additionalProperties'];
  if (schema['properties'] || typeof values !== 'object' || values === null) return 'object';
  const inner = describe(values as JsonSchema, around);
  return inner === 'JSON' ? 'object' : `map to ${inner}`;
}

function describeString(schema: JsonSchema): string {
  const id = /^\^([a-z]{3})_\[0-9a-f\]\{32\}\$$/.exec(String(schema['pattern'] ?? ''));
  if (id) return `id \`${id[1]}_…\``;
  if (schema['format'] === 'date-time') return 'time';
  if (schema['format'] === 'email') return 'e-mail address';
  return 'text';
}

function describeNumber(type: string, schema: JsonSchema): string {
  const kind = type === 'integer' ? 'whole number' : 'number';
  const low = readBound(schema['minimum'] ?? schema['exclusiveMinimum'], Number.MIN_SAFE_INTEGER);
  const high = readBound(schema['maximum'] ?? schema['exclusiveMaximum'], Number.MAX_SAFE_INTEGER);
  if (low === undefined && high === undefined) return kind;
  if (high === undefined) return `${kind}, ${low} or more`;
  return low === undefined ? `${kind}, at most ${high}` : `${kind}, ${low} to ${high}`;
}

/** Zod names the limits of safe integers; they are no news. */
function readBound(value: unknown, limit: number): number | undefined {
  return typeof value === 'number' && value !== limit ? value : undefined;
}

function quote(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
