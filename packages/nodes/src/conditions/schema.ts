import { choice, label } from '@navette/node-sdk';
import { z } from 'zod';
import { type ConditionType, type Operation, operationNames, operationsByType } from './operators.ts';

const typeNames = {
  string: { en: 'Text', fr: 'Texte' },
  number: { en: 'Number', fr: 'Nombre' },
  dateTime: { en: 'Date and time', fr: 'Date et heure' },
  boolean: { en: 'True or false', fr: 'Vrai ou faux' },
  array: { en: 'List', fr: 'Liste' },
  object: { en: 'Object', fr: 'Objet' },
} as const;

function operatorOf<const T extends ConditionType>(type: T) {
  const operations = Object.fromEntries(
    operationsByType[type].map((operation) => [operation, operationNames[operation]]),
  ) as Record<(typeof operationsByType)[T][number] & Operation, (typeof operationNames)[Operation]>;
  return z.strictObject({
    type: label(z.literal(type), typeNames[type]),
    operation: label(choice(operations), { en: 'Operation', fr: 'Opération' }),
  });
}

export const operatorSchema = z.discriminatedUnion('type', [
  operatorOf('string'),
  operatorOf('number'),
  operatorOf('dateTime'),
  operatorOf('boolean'),
  operatorOf('array'),
  operatorOf('object'),
]);

export const conditionSchema = z.strictObject({
  left: label(
    z.unknown().optional(),
    { en: 'Value', fr: 'Valeur' },
    {
      en: 'What is looked at, usually an expression such as {{ $json.total }}.',
      fr: 'Ce qui est examiné, en général une expression comme {{ $json.total }}.',
    },
  ),
  operator: label(
    operatorSchema,
    { en: 'Operator', fr: 'Opérateur' },
    { en: 'A type and an operation of that type.', fr: 'Un type et une opération de ce type.' },
  ),
  right: label(
    z.unknown().optional(),
    { en: 'Compared with', fr: 'Comparée à' },
    {
      en: 'Left out where the operation looks at one value only.',
      fr: "Sans objet quand l'opération ne regarde qu'une valeur.",
    },
  ),
});
export type Condition = z.infer<typeof conditionSchema>;

/** The parameters that describe a test of an item; If and Filter have exactly these, each rule of Switch too. */
export const conditionParameters = {
  conditions: label(
    z.array(conditionSchema).min(1, 'must hold at least one condition').max(100),
    { en: 'Conditions', fr: 'Conditions' },
    {
      en: 'Each compares a value of the item with another one.',
      fr: "Chacune compare une valeur de l'élément à une autre.",
    },
  ),
  combinator: label(
    choice({
      and: { en: 'All conditions', fr: 'Toutes les conditions' },
      or: { en: 'At least one condition', fr: 'Au moins une condition' },
    }).default('and'),
    { en: 'Must hold', fr: 'Doivent être vraies' },
    {
      en: 'Whether all conditions must hold or one is enough.',
      fr: 'Toutes les conditions, ou une seule suffit.',
    },
  ),
  options: label(
    z
      .strictObject({
        caseSensitive: label(
          z.boolean().default(true),
          { en: 'Case matters', fr: 'Respecter la casse' },
          {
            en: 'Off: "Paris" equals "PARIS". Regular expressions decide by their own flags.',
            fr: 'Sinon, « Paris » égale « PARIS ». Les expressions régulières décident par leurs propres indicateurs.',
          },
        ),
        typeValidation: label(
          choice({
            strict: {
              en: 'Strict: a wrong type is an error',
              fr: 'Stricte : un mauvais type est une erreur',
            },
            loose: { en: 'Loose: convert where possible', fr: 'Souple : convertir si possible' },
          }).default('strict'),
          { en: 'Type check', fr: 'Vérification des types' },
          {
            en: 'What to do when a value is not of the type of its condition.',
            fr: "Que faire quand une valeur n'a pas le type de sa condition.",
          },
        ),
      })
      .prefault({}),
    { en: 'Options', fr: 'Options' },
    { en: 'How values are compared.', fr: 'Comment les valeurs sont comparées.' },
  ),
};

export const conditionsSchema = z.strictObject(conditionParameters);
export type Conditions = z.infer<typeof conditionsSchema>;
