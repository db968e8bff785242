import { exitCodeMeanings } from '../exit-code.ts';
import type { Style } from '../output/style.ts';
import { type Command, globalOptions, type OptionSpec } from './command.ts';

/** `navette --help`, or the help of a group of commands ("workflows"). */
export function renderGroupHelp(
  words: readonly string[],
  commands: readonly Command[],
  style: Style,
): string[] {
  const shown = commands.filter((command) => words.every((word, index) => command.words[index] === word));
  const rows = shown.map((command): [string, string] => [renderUsage(command, false), command.summary]);
  const heading =
    words.length === 0
      ? ['navette: run workflows and see what became of them, through the API of a Navette server.', '']
      : [];
  return [
    ...heading,
    `${style.bold('Usage')}  navette ${words.map((word) => `${word} `).join('')}COMMAND`,
    '',
    style.bold('Commands'),
    ...renderRows(rows),
    '',
    ...renderOptions('Options of every command', globalOptions, style),
    ...(words.length === 0
      ? [
          '',
          style.bold('Exit codes'),
          ...renderRows(exitCodeMeanings.map(([code, text]) => [String(code), text])),
        ]
      : []),
    '',
    `\`navette ${words.map((word) => `${word} `).join('')}COMMAND --help\` tells more.`,
  ];
}

/** The help of one command. */
export function renderCommandHelp(command: Command, style: Style): string[] {
  const { arguments: args = [], options = [] } = command;
  return [
    `${style.bold('Usage')}  navette ${renderUsage(command, true)}`,
    '',
    `${command.summary}.`,
    ...(command.description ? ['', ...command.description.split('\n')] : []),
    ...(args.length > 0
      ? ['', style.bold('Arguments'), ...renderRows(args.map((one) => [one.name, one.help]))]
      : []),
    ...(options.length > 0 ? ['', ...renderOptions('Options', options, style)] : []),
    ...(command.passThrough ? [] : ['', ...renderOptions('Options of every command', globalOptions, style)]),
    '',
    style.bold('Examples'),
    ...command.examples.flatMap(([line, purpose], index) => [
      ...(index > 0 ? [''] : []),
      `  # ${purpose}`,
      `  ${line}`,
    ]),
  ];
}

function renderUsage(command: Command, withOptions: boolean): string {
  const args = (command.arguments ?? []).map((one) => (one.required ? one.name : `[${one.name}]`));
  const options = withOptions && (command.options ?? []).length > 0 ? ['[options]'] : [];
  return [...command.words, ...args, ...options].join(' ');
}

function renderOptions(title: string, options: readonly OptionSpec[], style: Style): string[] {
  const rows = options.map((option): [string, string] => {
    const short = option.short === undefined ? '' : `-${option.short}, `;
    return [`${short}--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`, option.help];
  });
  return [style.bold(title), ...renderRows(rows)];
}

function renderRows(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}
