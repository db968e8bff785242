import type { ApprovalField } from '@navette/contracts';

/** What stands in the form: text as it was typed, and ticks. */
export type FieldTexts = Readonly<Record<string, string | boolean>>;

/** What the server takes: numbers as numbers, nothing for what was left empty. */
export function toFieldValues(
  fields: readonly ApprovalField[],
  texts: FieldTexts,
): Record<string, string | number | boolean> {
  const values: [string, string | number | boolean][] = [];
  for (const { name, type } of fields) {
    const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
    if (text === undefined || text === '') continue;
    values.push([name, type === 'number' && typeof text === 'string' ? Number(text) : text]);
  }
  return Object.fromEntries(values);
}

/** Fields that must be filled in to approve, or do not hold what they should. */
export function listUnfit(fields: readonly ApprovalField[], texts: FieldTexts): Set<string> {
  const values = toFieldValues(fields, texts);
  return new Set(
    fields
      .filter(({ name, required, type }) => {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        if (value === undefined) return required;
        return type === 'number' && Number.isNaN(value);
      })
      .map(({ name }) => name),
  );
}
