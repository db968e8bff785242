import type { Command } from '../command/command.ts';
import { type CompletionPlace, listPlaces, spellOption } from './completion-model.ts';

export function renderZshCompletion(commands: readonly Command[]): string {
  const places = listPlaces(commands);
  const known = places.filter((place) => place.at !== '').map((place) => `"${place.at}"`);
  return `#compdef navette
# Completion of navette for zsh. Made by: navette completion zsh
_navette() {
  local command="" word
  local -i index
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    case "$command $word" in
      (${known.join('|')}) command="$command $word" ;;
    esac
  done
  case "$command:\${words[CURRENT-1]}" in
${places.flatMap(renderValues).join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then
    case "$command" in
${places.map(renderOptions).join('\n')}
    esac
    return
  fi
  case "$command" in
${places.flatMap(renderWords).join('\n')}
  esac
}
compdef _navette navette
`;
}

function renderValues(place: CompletionPlace): string[] {
  return place.options
    .filter((option) => option.value !== undefined)
    .map((option) => {
      const pattern = spellOption(option)
        .map((spelling) => `"${place.at}:${spelling}"`)
        .join('|');
      const values = Array.isArray(option.completion)
        ? `compadd -- ${option.completion.join(' ')}; `
        : option.completion === 'file'
          ? '_files; '
          : option.completion === 'folder'
            ? '_files -/; '
            : '';
      return `    (${pattern}) ${values}return ;;`;
    });
}

function renderOptions(place: CompletionPlace): string {
  return `      ("${place.at}") compadd -- ${place.options.flatMap(spellOption).join(' ') || '--help'} ;;`;
}

function renderWords(place: CompletionPlace): string[] {
  if (place.argument === 'file') return [`    ("${place.at}") _files ;;`];
  const choices = Array.isArray(place.argument) ? place.argument : [];
  const words = [...place.words.map((one) => one.word), ...choices];
  return words.length === 0 ? [] : [`    ("${place.at}") compadd -- ${words.join(' ')} ;;`];
}
