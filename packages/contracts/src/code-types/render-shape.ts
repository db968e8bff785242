/** Shapes as TypeScript. Nothing of the data but the names of fields is written, and those only as texts in quotes. */
import type { ObjectShape, Shape } from './infer-shape.ts';

/** What nothing is known of: anything may be read from it. */
export const unknownObject = '{ [name: string]: any }';

const maxNameLength = 200;

/** How much is written of one shape: what is deeper, and what comes when the fields are used up, is anything. */
export interface Room {
  depth: number;
  fields: number;
}

export function renderShape(shape: Shape | undefined, { depth, fields }: Room): string {
  return listTypes(shape, { depth, left: { fields } }, '').join(' | ');
}

interface Writing {
  depth: number;
  /** Shared by all levels. */
  left: { fields: number };
}

function listTypes(shape: Shape | undefined, writing: Writing, indent: string): string[] {
  if (!shape || shape.cut) return ['any'];
  const { entries, object, scalars } = shape;
  const types = ['string', 'number', 'boolean'].filter((name) => scalars.has(name));
  if (entries) types.push(renderList(entries.shape, writing, indent));
  if (object) types.push(renderObject(object, writing, indent));
  // Of a field that was never anything else nobody knows what it will be.
  if (types.length === 0) return ['any'];
  return scalars.has('null') ? [...types, 'null'] : types;
}

function renderList(shape: Shape | undefined, writing: Writing, indent: string): string {
  const types = listTypes(shape, writing, indent);
  return types.length > 1 ? `(${types.join(' | ')})[]` : `${types[0]}[]`;
}

function renderObject({ count, keys, more }: ObjectShape, { depth, left }: Writing, indent: string): string {
  if (depth <= 0 || keys.size === 0 || keys.size > left.fields) return unknownObject;
  left.fields -= keys.size;
  const inner = `${indent}  `;
  const lines = [...keys].flatMap(([key, { count: times, shape }]) => {
    if (key.length > maxNameLength) return [];
    const types = listTypes(shape, { depth: depth - 1, left }, inner).join(' | ');
    return [`${inner}${renderKey(key)}${times < count ? '?' : ''}: ${types};`];
  });
  if (more || lines.length < keys.size) lines.push(`${inner}[name: string]: any;`);
  return `{\n${lines.join('\n')}\n${indent}}`;
}

/** Any text, in quotes: what could end it, a comment or a line is escaped, and so is what nobody would see. */
export function renderText(text: string): string {
  return JSON.stringify(text)
    .replace(
      /[^\x20-\x7e\p{L}\p{N}\p{P}\p{S}]/gu,
      (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
    )
    .replaceAll('*/', '*\\/')
    .replaceAll('</', '<\\/');
}

function renderKey(key: string): string {
  return /^[A-Za-z_$][\w$]{0,99}$/.test(key) && key !== '__proto__' ? key : renderText(key);
}
