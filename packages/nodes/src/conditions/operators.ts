import type { Localized } from '@navette/contracts';

/** Names of the operations, in both languages, for forms and reports. */
const names = {
  exists: { en: 'exists', fr: 'existe' },
  notExists: { en: 'does not exist', fr: "n'existe pas" },
  empty: { en: 'is empty', fr: 'est vide' },
  notEmpty: { en: 'is not empty', fr: "n'est pas vide" },
  equals: { en: 'is equal to', fr: 'est égal à' },
  notEquals: { en: 'is not equal to', fr: 'est différent de' },
  contains: { en: 'contains', fr: 'contient' },
  notContains: { en: 'does not contain', fr: 'ne contient pas' },
  startsWith: { en: 'starts with', fr: 'commence par' },
  notStartsWith: { en: 'does not start with', fr: 'ne commence pas par' },
  endsWith: { en: 'ends with', fr: 'finit par' },
  notEndsWith: { en: 'does not end with', fr: 'ne finit pas par' },
  regex: { en: 'matches the regular expression', fr: "correspond à l'expression régulière" },
  notRegex: {
    en: 'does not match the regular expression',
    fr: "ne correspond pas à l'expression régulière",
  },
  gt: { en: 'is greater than', fr: 'est supérieur à' },
  lt: { en: 'is less than', fr: 'est inférieur à' },
  gte: { en: 'is greater than or equal to', fr: 'est supérieur ou égal à' },
  lte: { en: 'is less than or equal to', fr: 'est inférieur ou égal à' },
  after: { en: 'is after', fr: 'est après' },
  before: { en: 'is before', fr: 'est avant' },
  afterOrEquals: { en: 'is after or equal to', fr: 'est après ou égal à' },
  beforeOrEquals: { en: 'is before or equal to', fr: 'est avant ou égal à' },
  true: { en: 'is true', fr: 'est vrai' },
  false: { en: 'is false', fr: 'est faux' },
  lengthEquals: { en: 'has the length', fr: 'a pour longueur' },
  lengthNotEquals: { en: 'does not have the length', fr: "n'a pas pour longueur" },
  lengthGt: { en: 'is longer than', fr: 'est plus long que' },
  lengthLt: { en: 'is shorter than', fr: 'est plus court que' },
  lengthGte: { en: 'is at least as long as', fr: 'est au moins aussi long que' },
  lengthLte: { en: 'is at most as long as', fr: 'est au plus aussi long que' },
} as const satisfies Record<string, Localized>;

export type Operation = keyof typeof names;
export const operationNames: Readonly<Record<Operation, Localized>> = names;

const presence = ['exists', 'notExists', 'empty', 'notEmpty'] as const;

/** Which operations each type has. */
export const operationsByType = {
  string: [
    ...presence,
    'equals',
    'notEquals',
    'contains',
    'notContains',
    'startsWith',
    'notStartsWith',
    'endsWith',
    'notEndsWith',
    'regex',
    'notRegex',
  ],
  number: [...presence, 'equals', 'notEquals', 'gt', 'lt', 'gte', 'lte'],
  dateTime: [...presence, 'equals', 'notEquals', 'after', 'before', 'afterOrEquals', 'beforeOrEquals'],
  boolean: [...presence, 'true', 'false', 'equals', 'notEquals'],
  array: [
    ...presence,
    'contains',
    'notContains',
    'lengthEquals',
    'lengthNotEquals',
    'lengthGt',
    'lengthLt',
    'lengthGte',
    'lengthLte',
  ],
  object: [...presence],
} as const satisfies Record<string, readonly Operation[]>;
export type ConditionType = keyof typeof operationsByType;

const unary = new Set<string>([...presence, 'true', 'false']);

/** Whether the operation looks at the left value only. */
export function isUnary(operation: string): boolean {
  return unary.has(operation);
}
