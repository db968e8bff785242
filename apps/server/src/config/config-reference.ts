import { settings } from './config-schema.ts';
import type { Setting } from './setting.ts';

/** The table of docs/guide/configuration.md, as Markdown. */
export function encodeConfigTable(): string {
  const rows = settings.map((setting) => [
    `\`${setting.key}\``,
    setting.env.map((name) => `\`${name}\``).join('<br>'),
    encodeDefault(setting),
    setting.about +
      (setting.choices ? ` One of ${setting.choices.map((one) => `\`${one}\``).join(', ')}.` : ''),
  ]);
  const table = [['Setting', 'Environment', 'Default', 'Meaning'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  const lines = table.map((cells) => encodeRow(cells.map((cell, column) => cell.padEnd(widths[column]!))));
  return [lines[0], encodeRow(widths.map((width) => '-'.repeat(width))), ...lines.slice(1)].join('\n');
}

function encodeRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function encodeDefault({ default: value, secret }: Setting): string {
  if (secret || value === undefined || (Array.isArray(value) && value.length === 0)) return '–';
  return `\`${value}\``;
}
