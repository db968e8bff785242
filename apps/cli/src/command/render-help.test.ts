import { describe, expect, test } from 'vitest';
import { commandList } from '../commands/command-list.ts';
import { createStyle } from '../output/style.ts';
import { splitShellWords } from '../testing/split-shell-words.ts';
import { parseCommandLine } from './parse-command-line.ts';
import { renderCommandHelp, renderGroupHelp } from './render-help.ts';

const plain = createStyle(false);

describe.each(commandList.map((command) => [command.words.join(' '), command] as const))(
  '%s',
  (name, command) => {
    const lines = renderCommandHelp(command, plain);

    test('has a help that fits and names every argument and option', () => {
      expect(lines[0]).toMatch(new RegExp(`^Usage  navette ${name}`));
      const text = lines.join('\n');
      for (const one of command.arguments ?? []) expect(text).toContain(`  ${one.name}`);
      for (const one of command.options ?? []) expect(text).toContain(`--${one.name}`);
      expect(lines.filter((line) => line.length > 120)).toEqual([]);
      expect(command.summary).not.toMatch(/\.$/);
    });

    test('has examples that parse as that command', () => {
      expect(command.examples.length).toBeGreaterThan(0);
      for (const [line] of command.examples) {
        const words = splitShellWords(line);
        const parsed = parseCommandLine(words.slice(words.indexOf('navette') + 1), commandList);
        expect(parsed).toMatchObject({ kind: 'command', command: { words: command.words } });
      }
    });
  },
);

test('the help of all names every command and exit code', () => {
  const text = renderGroupHelp([], commandList, plain).join('\n');
  for (const command of commandList) expect(text).toContain(`  ${command.words.join(' ')}`);
  expect(text).toMatch(/ {2}0 {4}done.*\n {2}1 .*\n {2}2 .*\n {2}3 .*\n {2}4 .*\n {2}5 .*\n {2}130 /);
});

test('the help of a group has its commands only', () => {
  const text = renderGroupHelp(['templates'], commandList, plain).join('\n');
  expect(text).toContain('  templates install NAME');
  expect(text).not.toContain('executions');
});
