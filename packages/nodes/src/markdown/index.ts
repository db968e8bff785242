import { choice, defineNode, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema } from '../fields/field-path.ts';
import { includeParameters, takeIncluded } from '../fields/include-fields.ts';
import { replaceJson } from '../fields/paired-items.ts';
import { writeField } from '../fields/write-field.ts';
import { buildPage } from './page.ts';
import { renderMarkdown } from './render-markdown.ts';

const other = includeParameters('all');

export const markdown = defineNode({
  type: 'markdown',
  version: 1,
  group: 'data',
  icon: 'markdown',
  name: { en: 'Markdown to HTML', fr: 'Markdown en HTML' },
  description: {
    en: 'Turns Markdown into safe HTML or a whole page.',
    fr: 'Transforme du Markdown en HTML sûr ou en page entière.',
  },
  docs: {
    en: `Reads GitHub's flavour of Markdown: headings, lists, tables, task lists, code, links, images.

- **Markdown**: the text, usually with expressions in it.
- **HTML in the source**: *shown as text* (default), *left out*, or *kept*. Keep it only when you wrote all of the text yourself: kept HTML is not cleaned and may run scripts where the page is opened.
- Links keep http, https, mailto, tel and relative addresses; images also image data. Others, such as \`javascript:\`, are reduced to their text, whatever the setting.
- **Whole page**: a complete document with a title and a built-in style for screen, dark mode and print; **CSS** is added to it. It loads nothing from elsewhere, except images that the text refers to.
- A paragraph of many thousand characters full of marks loses its formatting towards the end instead of holding the server.`,
    fr: `Lit le Markdown de GitHub : titres, listes, tableaux, listes de tâches, code, liens, images.

- **Markdown** : le texte, en général avec des expressions.
- **HTML dans la source** : *montré comme texte* (par défaut), *laissé de côté*, ou *gardé*. À garder seulement si vous avez écrit tout le texte vous-même : le HTML gardé n'est pas nettoyé et peut exécuter des scripts là où la page est ouverte.
- Les liens gardent les adresses http, https, mailto, tel et relatives ; les images aussi les données d'image. Les autres, comme \`javascript:\`, sont réduits à leur texte, quel que soit le réglage.
- **Page entière** : un document complet avec un titre et un style intégré pour l'écran, le mode sombre et l'impression ; le **CSS** s'y ajoute. Elle ne charge rien d'ailleurs, sauf les images auxquelles le texte se réfère.
- Un paragraphe de milliers de caractères rempli de marques perd sa mise en forme vers la fin au lieu de bloquer le serveur.`,
  },
  parameters: z.strictObject({
    markdown: label(
      z.string().max(5_000_000),
      { en: 'Markdown', fr: 'Markdown' },
      { en: 'The text to turn into HTML.', fr: 'Le texte à transformer en HTML.' },
    ),
    as: label(
      fieldPathSchema.default('html'),
      { en: 'Result field', fr: 'Champ du résultat' },
      { en: 'Where the HTML goes.', fr: 'Où va le HTML.' },
    ),
    rawHtml: label(
      choice({
        escape: { en: 'Shown as text', fr: 'Montré comme texte' },
        drop: { en: 'Left out', fr: 'Laissé de côté' },
        keep: { en: 'Kept (own text only)', fr: 'Gardé (texte à soi seulement)' },
      }).default('escape'),
      { en: 'HTML in the source', fr: 'HTML dans la source' },
      {
        en: 'What becomes of HTML that the text holds.',
        fr: 'Ce que devient le HTML présent dans le texte.',
      },
    ),
    breaks: label(
      z.boolean().default(false),
      { en: 'Keep line breaks', fr: 'Garder les retours à la ligne' },
      {
        en: 'A single line break in the text is one in the HTML.',
        fr: 'Un simple retour à la ligne du texte en est un dans le HTML.',
      },
    ),
    page: label(
      z.boolean().default(false),
      { en: 'Whole page', fr: 'Page entière' },
      { en: 'Give a complete HTML document.', fr: 'Donner un document HTML complet.' },
    ),
    title: showWhen(
      { page: [true] },
      label(
        z.string().max(300).default(''),
        { en: 'Title', fr: 'Titre' },
        { en: 'Of the page, shown in the browser tab.', fr: "De la page, montré dans l'onglet." },
      ),
    ),
    language: showWhen(
      { page: [true] },
      label(
        z
          .string()
          .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language such as "en" or "fr-CA"')
          .default('en'),
        { en: 'Language', fr: 'Langue' },
        {
          en: 'Of the text, for screen readers and hyphenation.',
          fr: "Du texte, pour les lecteurs d'écran et la césure.",
        },
      ),
    ),
    css: showWhen(
      { page: [true] },
      label(
        z.string().max(100_000).default(''),
        { en: 'CSS', fr: 'CSS' },
        { en: 'Added after the built-in style.', fr: 'Ajouté après le style intégré.' },
      ),
    ),
    include: other.include,
    includeFields: other.includeFields,
  }),
  effect: 'pure',
  examples: [
    {
      title: { en: 'A short report', fr: 'Un court rapport' },
      parameters: { markdown: '# {{ $json.month }}\n\n- rain: **{{ $json.rain }} mm**', include: 'none' },
      inputs: { main: [{ json: { month: 'March', rain: 80 } }] },
      outputs: {
        main: [
          {
            json: { html: '<h1>March</h1>\n<ul>\n<li>rain: <strong>80 mm</strong></li>\n</ul>\n' },
            pairedItem: { item: 0 },
          },
        ],
      },
    },
    {
      title: { en: 'Text of strangers stays text', fr: "Le texte d'inconnus reste du texte" },
      parameters: { markdown: '{{ $json.comment }}', as: 'safe' },
      inputs: { main: [{ json: { comment: 'Hi <b>you</b> [click](javascript:alert)' } }] },
      outputs: {
        main: [
          {
            json: {
              comment: 'Hi <b>you</b> [click](javascript:alert)',
              safe: '<p>Hi &lt;b&gt;you&lt;/b&gt; click</p>\n',
            },
            pairedItem: { item: 0 },
          },
        ],
      },
    },
  ],
  execute(ctx) {
    return ctx.items.map((item, index) => {
      const parameters = ctx.parametersFor(index);
      const body = renderMarkdown(parameters.markdown, parameters);
      const json = takeIncluded(item.json, parameters.include, parameters.includeFields);
      const { title, language, css } = parameters;
      writeField(json, parameters.as, parameters.page ? buildPage({ title, language, css, body }) : body);
      return replaceJson(item, index, json);
    });
  },
});
