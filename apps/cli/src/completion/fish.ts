import type { Command, OptionSpec } from '../command/command.ts';
import { type CompletionPlace, listPlaces } from './completion-model.ts';

export function renderFishCompletion(commands: readonly Command[]): string {
  const places = listPlaces(commands);
  const known = places.filter((place) => place.at !== '').map((place) => quote(place.at));
  return `# Completion of navette for fish. Made by: navette completion fish
function __navette_command
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l command ''
    for word in $tokens
        switch "$command $word"
            case ${known.join(' ')}
                set command "$command $word"
        end
    end
    echo "navette$command"
end
complete -c navette -f
${places.flatMap(renderPlace).join('\n')}
`;
}

function renderPlace(place: CompletionPlace): string[] {
  const start = `complete -c navette -n 'test (__navette_command) = "navette${place.at}"'`;
  const words = place.words.map(({ word, help }) => `${start} -a ${quote(word)} -d ${quote(help)}`);
  const choices = Array.isArray(place.argument) ? [`${start} -a ${quote(place.argument.join(' '))}`] : [];
  const files = place.argument === 'file' ? [`${start} -F`] : [];
  return [
    ...words,
    ...choices,
    ...files,
    ...place.options.map((option) => `${start} ${renderOption(option)}`),
  ];
}

function renderOption(option: OptionSpec): string {
  const parts = [`-l ${option.name}`];
  if (option.short !== undefined) parts.push(`-s ${option.short}`);
  if (option.value !== undefined) parts.push('-r');
  if (option.completion === 'file' || option.completion === 'folder') parts.push('-F');
  else if (option.completion !== undefined) parts.push(`-a ${quote(option.completion.join(' '))}`);
  return [...parts, `-d ${quote(option.help)}`].join(' ');
}

/** A single-quoted word of fish, in which only the quote and the backslash are special. */
function quote(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}
