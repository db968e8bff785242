import type { Command } from '../command/command.ts';
import { type CompletionPlace, listPlaces, spellOption } from './completion-model.ts';

/** An empty reply makes bash complete file names. */
export function renderBashCompletion(commands: readonly Command[]): string {
  const places = listPlaces(commands);
  const known = places.filter((place) => place.at !== '').map((place) => `"${place.at}"`);
  return `# Completion of navette for bash. Made by: navette completion bash
_navette() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$command \${COMP_WORDS[index]}" in
      ${known.join(' | ')}) command="$command \${COMP_WORDS[index]}" ;;
    esac
  done
  COMPREPLY=()
  case "$command:\${COMP_WORDS[COMP_CWORD-1]}" in
${places.flatMap(renderValues).join('\n')}
  esac
  if [[ "$current" == -* ]]; then
    case "$command" in
${places.map(renderOptions).join('\n')}
    esac
    return
  fi
  case "$command" in
${places.flatMap(renderWords).join('\n')}
  esac
}
complete -o bashdefault -o default -F _navette navette
`;
}

function renderValues(place: CompletionPlace): string[] {
  return place.options
    .filter((option) => option.value !== undefined)
    .map((option) => {
      const pattern = spellOption(option)
        .map((spelling) => `"${place.at}:${spelling}"`)
        .join(' | ');
      const values = Array.isArray(option.completion) ? `${reply(option.completion)}; ` : '';
      return `    ${pattern}) ${values}return ;;`;
    });
}

function renderOptions(place: CompletionPlace): string {
  return `      "${place.at}") ${reply(place.options.flatMap(spellOption))} ;;`;
}

function renderWords(place: CompletionPlace): string[] {
  const choices = Array.isArray(place.argument) ? place.argument : [];
  const words = [...place.words.map((one) => one.word), ...choices];
  return words.length === 0 ? [] : [`    "${place.at}") ${reply(words)} ;;`];
}

function reply(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$current"))`;
}
