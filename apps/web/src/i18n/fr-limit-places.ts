/** The parts of messages about limits of code that the server puts into their holes, in French. */

const texts: ReadonlyMap<string, string> = new Map([
  ['What the code was given', 'Ce que le code a reçu'],
  ['The text of the code', 'Le texte du code'],
  [
    'give the step fewer or smaller items, for example in batches',
    'donnez à l’étape moins d’éléments, ou de plus petits, par exemple par lots',
  ],
  [
    'shorten it: data belongs into items or files',
    'raccourcissez-le : les données vont dans des éléments ou des fichiers',
  ],
  ['lines', 'lignes'],
  ['bytes', 'octets'],
  ['calls of host functions', 'appels de fonctions de l’hôte'],
  ['calls and timers at the same time', 'appels et minuteries à la fois'],
  ['bytes in one call', 'octets en un appel'],
]);

/** What stands around names of limits and of files; longer words first. */
const forms: readonly [RegExp, string][] = [
  [
    /^Use the engine QuickJS, whose depth policies set,$/,
    'Prenez le moteur QuickJS, dont les règles fixent la profondeur,',
  ],
  [
    /^Set (\S+) in the settings of the step, or raise /,
    'Réglez $1 dans les réglages de l’étape, ou augmentez ',
  ],
  [/^Raise (\S+) in the settings of the step/, 'Augmentez $1 dans les réglages de l’étape'],
  [/^Raise /, 'Augmentez '],
  [/, up to (\d+) \(/, ', jusqu’à $1 ('],
  [/, and (?=\S+: |the )/, ', et '],
  [/\bthe configuration: /g, 'la configuration : '],
  [/\bthe step: /g, 'l’étape : '],
  [/\bthe policy\b/g, 'sa règle'],
];

export function sayLimitPart(text: string): string {
  return texts.get(text) ?? forms.reduce((said, [pattern, french]) => said.replace(pattern, french), text);
}
