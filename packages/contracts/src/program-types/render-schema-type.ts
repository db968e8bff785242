/**
 * JSON Schema (2020-12, as zod writes it) to the TypeScript type of the values that it takes. Formats, lengths and
 * ranges have no type: the server checks them. A schema that contains itself becomes `Json` where it comes back.
 */
import { isRecord, type Json } from '@navette/kit/portable';

export type JsonSchema = Readonly<Record<string, Json>>;

interface Scope {
  definitions: JsonSchema;
  /** References that are being written. */
  open: readonly string[];
  indent: string;
}

/** @example renderSchemaType({ enum: ['a', 'b'] }) === "'a' | 'b'" */
export function renderSchemaType(schema: JsonSchema, indent = ''): string {
  return render(schema, { definitions: toSchema(schema['$defs']), open: [], indent });
}

function render(schema: JsonSchema, scope: Scope): string {
  const { $ref, anyOf, oneOf, enum: values, type } = schema;
  if (typeof $ref === 'string') return renderReference($ref, scope);
  if ('const' in schema) return renderLiteral(schema['const']!);
  if (Array.isArray(values)) return joinTypes(values.map(renderLiteral));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return joinTypes(choices.map((choice) => render(toSchema(choice), scope)));
  if (Array.isArray(type)) return joinTypes(type.map((one) => render({ ...schema, type: one }, scope)));
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return renderArray(schema, scope);
    case 'object':
      return renderObject(schema, scope);
    default:
      return 'Json';
  }
}

function renderReference(reference: string, scope: Scope): string {
  const name = reference.replace(/^#\/\$defs\//, '');
  const target = scope.definitions[name];
  if (!isRecord(target) || scope.open.includes(name)) return 'Json';
  return render(toSchema(target), { ...scope, open: [...scope.open, name] });
}

function renderArray({ items, prefixItems }: JsonSchema, scope: Scope): string {
  if (Array.isArray(prefixItems))
    return `[${prefixItems.map((item) => render(toSchema(item), scope)).join(', ')}]`;
  const type = render(toSchema(items), scope);
  return / \| /.test(type) && !type.startsWith('{') ? `(${type})[]` : `${type}[]`;
}

function renderObject(schema: JsonSchema, scope: Scope): string {
  const properties = Object.entries(toSchema(schema['properties']));
  const { additionalProperties = true } = schema;
  const isOpen = additionalProperties !== false;
  if (properties.length === 0) {
    if (!isOpen) return '{ [name: string]: never }';
    return `{ [name: string]: ${isRecord(additionalProperties) ? render(toSchema(additionalProperties), scope) : 'Json'} }`;
  }
  const inner: Scope = { ...scope, indent: `${scope.indent}  ` };
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const lines = properties.flatMap(([name, property]) => [
    ...renderRemarks(toSchema(property), inner.indent),
    `${inner.indent}${renderName(name)}${required.includes(name) ? '' : '?'}: ${render(toSchema(property), inner)};`,
  ]);
  // Every value above has to fit it: `Json` would shut out properties that may be left out.
  if (isOpen) lines.push(`${inner.indent}[name: string]: unknown;`);
  return `{\n${lines.join('\n')}\n${scope.indent}}`;
}

/** What the form shows beside the field, as a comment. */
function renderRemarks(schema: JsonSchema, indent: string): string[] {
  const { title, description, default: standard } = schema;
  const words = [title, description].filter((text) => typeof text === 'string' && text !== '');
  const remarks = words.length > 0 ? [words.join(': ').replace(/[^.!?]$/, '$&.')] : [];
  if (standard !== undefined) remarks.push(`Default: ${JSON.stringify(standard)}.`);
  return remarks.length === 0 ? [] : renderComment(remarks.join(' '), indent);
}

/** A comment for editors; the text cannot end it. */
export function renderComment(text: string, indent = ''): string[] {
  return [`${indent}/** ${text.replaceAll('*/', '*\\/').replace(/\s+/g, ' ').trim()} */`];
}

/** A property name, in quotes where it needs them. */
export function renderName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : renderLiteral(name);
}

export function renderLiteral(value: Json): string {
  if (typeof value !== 'string') return typeof value === 'object' && value !== null ? 'Json' : String(value);
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** What zod makes of any JSON value. */
const anyJson = 'string | number | boolean | null | Json[] | { [name: string]: Json }';

function joinTypes(types: readonly string[]): string {
  const distinct = [...new Set(types)];
  // A literal says nothing beside the type that holds it.
  const kept = distinct.filter((type) => !type.startsWith("'") || !distinct.includes('string'));
  const joined = kept.join(' | ');
  return joined === anyJson ? 'Json' : joined || 'never';
}

function toSchema(value: unknown): JsonSchema {
  return isRecord(value) ? (value as JsonSchema) : {};
}
