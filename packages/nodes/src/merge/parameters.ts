import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema } from '../fields/field-path.ts';

const keySchema = z.strictObject({
  left: label(
    fieldPathSchema,
    { en: 'Field of input 1', fr: "Champ de l'entrée 1" },
    { en: 'Name or dotted path.', fr: 'Nom ou chemin avec des points.' },
  ),
  right: label(
    z.union([z.literal(''), fieldPathSchema]).default(''),
    { en: 'Field of input 2', fr: "Champ de l'entrée 2" },
    { en: 'Empty: the same name.', fr: 'Vide : le même nom.' },
  ),
});

const combines = ['by-fields', 'by-position', 'all-combinations'];

export const mergeParameters = z
  .strictObject({
    mode: label(
      choice({
        append: { en: 'Append: one list after the other', fr: "Bout à bout : une liste après l'autre" },
        'by-fields': { en: 'Match by fields', fr: 'Rapprocher par champs' },
        'by-position': { en: 'Combine by position', fr: 'Combiner par position' },
        'all-combinations': { en: 'All combinations', fr: 'Toutes les combinaisons' },
        'choose-branch': { en: 'Choose one branch', fr: 'Choisir une branche' },
      }).default('append'),
      { en: 'Mode', fr: 'Mode' },
      { en: 'How the lists become one.', fr: 'Comment les listes en deviennent une.' },
    ),
    inputCount: showWhen(
      { mode: ['append', 'by-position', 'choose-branch'] },
      label(
        z.int().min(2).max(10).default(2),
        { en: 'Number of inputs', fr: "Nombre d'entrées" },
        {
          en: 'Ports input-1 to input-10. Matching and combinations always have two.',
          fr: 'Ports input-1 à input-10. Rapprochement et combinaisons en ont toujours deux.',
        },
      ),
    ),
    fields: showWhen(
      { mode: ['by-fields'] },
      label(
        z.array(keySchema).max(20).default([]),
        { en: 'Fields to match', fr: 'Champs à rapprocher' },
        {
          en: 'Items belong together when all of these are equal.',
          fr: 'Les éléments vont ensemble quand tous ces champs sont égaux.',
        },
      ),
    ),
    join: showWhen(
      { mode: ['by-fields'] },
      label(
        choice({
          inner: { en: 'Matches only', fr: 'Seulement les rapprochés' },
          left: { en: 'All of input 1, completed', fr: "Tous ceux de l'entrée 1, complétés" },
          right: { en: 'All of input 2, completed', fr: "Tous ceux de l'entrée 2, complétés" },
          outer: { en: 'Everything', fr: 'Tout' },
          anti: { en: 'What has no match', fr: "Ce qui n'a pas de pendant" },
        }).default('inner'),
        { en: 'Keep', fr: 'Garder' },
        { en: 'Which items come out.', fr: 'Quels éléments sortent.' },
      ),
    ),
    outputFrom: showWhen(
      { mode: ['by-fields'], join: ['inner', 'anti'] },
      label(
        choice({
          both: { en: 'Both inputs', fr: 'Des deux entrées' },
          'input-1': { en: 'Input 1', fr: "De l'entrée 1" },
          'input-2': { en: 'Input 2', fr: "De l'entrée 2" },
        }).default('both'),
        { en: 'Data from', fr: 'Données' },
        {
          en: 'Whose data comes out: matches are merged, or come from one input as they are.',
          fr: "De qui viennent les données : les rapprochés sont fusionnés, ou viennent d'une entrée tels quels.",
        },
      ),
    ),
    multipleMatches: showWhen(
      { mode: ['by-fields'] },
      label(
        choice({
          all: { en: 'All matches', fr: 'Tous les pendants' },
          first: { en: 'The first match', fr: 'Le premier pendant' },
        }).default('all'),
        { en: 'Several matches', fr: 'Plusieurs pendants' },
        {
          en: 'What to do when an item matches more than one.',
          fr: 'Que faire quand un élément a plus d’un pendant.',
        },
      ),
    ),
    looseCompare: showWhen(
      { mode: ['by-fields'] },
      label(
        z.boolean().default(false),
        { en: 'Ignore types', fr: 'Ignorer les types' },
        {
          en: '"5" matches 5, and case and spaces around a text do not matter.',
          fr: '« 5 » va avec 5 ; la casse et les espaces autour d’un texte ne comptent pas.',
        },
      ),
    ),
    clash: showWhen(
      { mode: combines },
      label(
        choice({
          'prefer-last': { en: 'The last input wins', fr: "La dernière entrée l'emporte" },
          'prefer-first': { en: 'The first input wins', fr: "La première entrée l'emporte" },
          suffix: { en: 'Keep all, with the input number', fr: "Tout garder, avec le numéro d'entrée" },
        }).default('prefer-last'),
        { en: 'Fields with the same name', fr: 'Champs de même nom' },
        {
          en: 'With the input number, "name" becomes name_1 and name_2.',
          fr: "Avec le numéro d'entrée, « nom » devient nom_1 et nom_2.",
        },
      ),
    ),
    nested: showWhen(
      { mode: combines },
      label(
        choice({
          deep: { en: 'Merge nested objects', fr: 'Fusionner les objets imbriqués' },
          shallow: { en: 'Replace nested objects', fr: 'Remplacer les objets imbriqués' },
        }).default('deep'),
        { en: 'Nested objects', fr: 'Objets imbriqués' },
        { en: 'Where both sides hold an object.', fr: 'Quand les deux côtés portent un objet.' },
      ),
    ),
    preferFilled: showWhen(
      { mode: combines },
      label(
        z.boolean().default(false),
        { en: 'Never replace by nothing', fr: 'Ne jamais remplacer par du vide' },
        {
          en: 'An empty text or null does not win over a value.',
          fr: "Un texte vide ou null ne l'emporte pas sur une valeur.",
        },
      ),
    ),
    includeUnpaired: showWhen(
      { mode: ['by-position'] },
      label(
        z.boolean().default(false),
        { en: 'Keep unpaired items', fr: 'Garder les éléments sans pendant' },
        {
          en: 'Where one list is longer; otherwise the shortest decides.',
          fr: 'Quand une liste est plus longue ; sinon la plus courte décide.',
        },
      ),
    ),
    maxItems: showWhen(
      { mode: ['by-fields', 'all-combinations'] },
      label(
        z.int().min(1).max(1_000_000).default(100_000),
        { en: 'Most items', fr: "Maximum d'éléments" },
        {
          en: 'More stop the step instead of filling the memory.',
          fr: "Au-delà, l'étape s'arrête au lieu de remplir la mémoire.",
        },
      ),
    ),
    choose: showWhen(
      { mode: ['choose-branch'] },
      label(
        choice({
          input: { en: 'A given input', fr: 'Une entrée donnée' },
          'first-with-data': { en: 'The first that has items', fr: 'La première qui a des éléments' },
          empty: { en: 'One empty item', fr: 'Un élément vide' },
        }).default('input'),
        { en: 'Give', fr: 'Donner' },
        { en: 'What comes out once all branches are done.', fr: 'Ce qui sort une fois les branches finies.' },
      ),
    ),
    chosenInput: showWhen(
      { mode: ['choose-branch'], choose: ['input'] },
      label(
        z.int().min(1).max(10).default(1),
        { en: 'Input', fr: 'Entrée' },
        { en: 'Its number, from 1.', fr: 'Son numéro, à partir de 1.' },
      ),
    ),
  })
  .refine(({ mode, fields }) => mode !== 'by-fields' || fields.length > 0, {
    path: ['fields'],
    message: 'must name at least one field',
  })
  .refine(
    ({ mode, choose, chosenInput, inputCount }) =>
      mode !== 'choose-branch' || choose !== 'input' || chosenInput <= inputCount,
    { path: ['chosenInput'], message: 'must be one of the inputs' },
  );
export type MergeParameters = z.output<typeof mergeParameters>;

/** input-1, input-2, … */
export function listMergePorts({ mode, inputCount }: MergeParameters): string[] {
  const count = mode === 'by-fields' || mode === 'all-combinations' ? 2 : inputCount;
  return Array.from({ length: count }, (_, index) => `input-${index + 1}`);
}
