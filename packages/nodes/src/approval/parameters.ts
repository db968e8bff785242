import type { approvalFieldTypes, approverRoles } from '@navette/contracts';
import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { amountSchema, unitSchema } from '../wait/duration.ts';

const roles = choice({
  none: { en: 'Nobody by role', fr: 'Personne par rôle' },
  viewer: { en: 'Every member', fr: 'Tous les membres' },
  operator: { en: 'Operators and above', fr: 'Opérateurs et au-dessus' },
  editor: { en: 'Editors and above', fr: 'Éditeurs et au-dessus' },
  admin: { en: 'Administrators and owners', fr: 'Administrateurs et propriétaires' },
  owner: { en: 'Owners', fr: 'Propriétaires' },
} satisfies Record<'none' | (typeof approverRoles)[number], { en: string; fr: string }>);

const people = z.array(z.string().trim().min(1).max(320)).max(100).default([]);

const field = z.strictObject({
  name: label(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be letters, digits and underscores'), {
    en: 'Name',
    fr: 'Nom',
  }),
  label: label(z.string().max(200).default(''), { en: 'Label', fr: 'Libellé' }),
  type: label(
    choice({
      text: { en: 'Text', fr: 'Texte' },
      'long-text': { en: 'Long text', fr: 'Texte long' },
      number: { en: 'Number', fr: 'Nombre' },
      boolean: { en: 'Yes or no', fr: 'Oui ou non' },
      choice: { en: 'Choice', fr: 'Choix' },
    } satisfies Record<(typeof approvalFieldTypes)[number], { en: string; fr: string }>).default('text'),
    { en: 'Type', fr: 'Type' },
  ),
  required: label(
    z.boolean().default(false),
    { en: 'Required', fr: 'Obligatoire' },
    {
      en: 'To approve. A rejection needs no fields.',
      fr: 'Pour approuver. Un refus ne demande aucun champ.',
    },
  ),
  options: showWhen(
    { type: ['choice'] },
    label(z.array(z.string().min(1).max(200)).max(100).default([]), { en: 'Options', fr: 'Options' }),
  ),
});

const whenEscalated = { escalate: [true] };
const whenLimited = { limited: [true] };

export const parameters = z.strictObject({
  title: label(
    z.string().trim().min(1).max(300),
    { en: 'Question', fr: 'Question' },
    {
      en: 'One line: what is to be decided.',
      fr: 'Une ligne : ce qu’il faut décider.',
    },
  ),
  message: label(
    z.string().max(20_000).default(''),
    { en: 'Message', fr: 'Message' },
    {
      en: 'Markdown. HTML in it is shown as text.',
      fr: 'En Markdown. Le HTML y est affiché comme du texte.',
    },
  ),
  role: label(roles.default('operator'), { en: 'Who may decide', fr: 'Qui peut décider' }),
  people: label(
    people,
    { en: 'People who may decide', fr: 'Personnes qui peuvent décider' },
    {
      en: 'E-mail addresses or user ids, besides those of the role.',
      fr: 'Adresses e-mail ou identifiants d’utilisateurs, en plus de ceux du rôle.',
    },
  ),
  fields: label(
    z.array(field).max(30).default([]),
    { en: 'Fields', fr: 'Champs' },
    { en: 'What whoever decides fills in.', fr: 'Ce que remplit la personne qui décide.' },
  ),
  escalate: label(
    z.boolean().default(false),
    { en: 'Escalate', fr: 'Escalader' },
    {
      en: 'After a while, others may decide as well.',
      fr: 'Après un temps, d’autres peuvent aussi décider.',
    },
  ),
  escalateAmount: showWhen(whenEscalated, amountSchema(1)),
  escalateUnit: showWhen(whenEscalated, unitSchema('days')),
  escalateRole: showWhen(
    whenEscalated,
    label(roles.default('admin'), { en: 'Who may decide then', fr: 'Qui peut alors décider' }),
  ),
  escalatePeople: showWhen(
    whenEscalated,
    label(people, { en: 'People who may decide then', fr: 'Personnes qui peuvent alors décider' }),
  ),
  limited: label(
    z.boolean().default(false),
    { en: 'Limit the time', fr: 'Limiter le temps' },
    { en: 'Off, it waits for as long as it takes.', fr: 'Désactivé, il attend aussi longtemps qu’il faut.' },
  ),
  amount: showWhen(whenLimited, amountSchema(7)),
  unit: showWhen(whenLimited, unitSchema('days')),
  onTimeout: showWhen(
    whenLimited,
    label(
      choice({
        port: { en: 'Go on through the port “expired”', fr: 'Continuer par le port « expired »' },
        approve: { en: 'As if it were approved', fr: 'Comme si c’était approuvé' },
        reject: { en: 'As if it were rejected', fr: 'Comme si c’était refusé' },
        error: { en: 'Fail', fr: 'Échouer' },
      }).default('port'),
      { en: 'When the time is over', fr: 'Quand le temps est écoulé' },
    ),
  ),
});

export type ApprovalParameters = z.output<typeof parameters>;
