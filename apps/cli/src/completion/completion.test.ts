import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { commandList } from '../commands/command-list.ts';
import { renderBashCompletion } from './bash.ts';
import { renderFishCompletion } from './fish.ts';
import { renderZshCompletion } from './zsh.ts';

/** What bash offers for a line; the cursor is at its end. An empty list means file names. */
function completeInBash(line: string): string[] {
  const words = line.split(' ');
  const script = `${renderBashCompletion(commandList)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_navette
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const result = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout.split('\n').filter((word) => word !== '');
}

describe('bash', () => {
  test.each([
    [
      'navette ',
      [
        'run',
        'dev',
        'check',
        'types',
        'workflows',
        'executions',
        'dead-letters',
        'replay',
        'approvals',
        'templates',
        'login',
        'retention',
        'policies',
        'doctor',
        'server',
        'completion',
      ],
    ],
    ['navette wo', ['workflows']],
    [
      'navette executions ',
      ['list', 'show', 'logs', 'files', 'cancel', 'retry', 'rerun', 'fork', 'signal', 'resolve'],
    ],
    ['navette executions l', ['list', 'logs']],
    ['navette templates install ', []],
    ['navette run --w', ['--watch']],
    ['navette run x --target ', ['draft', 'published']],
    ['navette run x --target p', ['published']],
    ['navette run --input ', []],
    ['navette run re', []],
    ['navette executions list -s w', ['waiting']],
    ['navette completion ', ['bash', 'zsh', 'fish']],
    ['navette --', ['--help']],
    ['navette server --', []],
    ['navette --url http://x workflows exp', ['export']],
  ])('%s', (line, offered) => {
    expect(completeInBash(line)).toEqual(offered);
  });
});

test.each([
  ['bash', renderBashCompletion],
  ['zsh', renderZshCompletion],
  ['fish', renderFishCompletion],
] as const)('the script for %s names every word and option', (_, render) => {
  const script = render(commandList);
  for (const command of commandList) {
    for (const word of command.words) expect(script).toMatch(new RegExp(`\\b${word}\\b`));
    for (const option of command.options ?? []) expect(script).toContain(option.name);
  }
});

test('a quote in a help text does not end a word of fish', () => {
  const script = renderFishCompletion([
    { words: ['x'], summary: "It's \\ here", examples: [], run: async () => 0 },
  ]);
  expect(script).toContain(`-a 'x' -d 'It\\'s \\\\ here'`);
});
