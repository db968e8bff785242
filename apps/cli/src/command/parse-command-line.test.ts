import { describe, expect, test } from 'vitest';
import { commandList } from '../commands/command-list.ts';
import { parseCommandLine } from './parse-command-line.ts';

const parse = (...argv: string[]) => parseCommandLine(argv, commandList);

function parseCommand(...argv: string[]) {
  const line = parse(...argv);
  if (line.kind !== 'command') throw new Error(`${argv.join(' ')} is ${line.kind}`);
  return {
    words: line.command.words.join(' '),
    arguments: line.arguments,
    options: Object.fromEntries(line.options),
  };
}

describe('a command', () => {
  test('is found by its words; the rest are arguments and options in any order', () => {
    expect(parseCommand('run', '--watch', 'My report', '-i', '{"a": 1}')).toEqual({
      words: 'run',
      arguments: ['My report'],
      options: { watch: true, input: '{"a": 1}' },
    });
    expect(parseCommand('executions', 'list', '-s', 'failed', '--limit=5')).toEqual({
      words: 'executions list',
      arguments: [],
      options: { status: 'failed', limit: '5' },
    });
  });

  test('takes global options before, between and after its words', () => {
    for (const argv of [
      ['--url', 'http://x', 'workflows', 'list'],
      ['workflows', '--url', 'http://x', 'list'],
      ['workflows', 'list', '--url', 'http://x'],
      ['workflows', 'list', '--url=http://x'],
    ]) {
      expect(parseCommand(...argv)).toEqual({
        words: 'workflows list',
        arguments: [],
        options: { url: 'http://x' },
      });
    }
  });

  test('takes an argument that looks like a command, and one after "--" that looks like an option', () => {
    expect(parseCommand('run', 'workflows').arguments).toEqual(['workflows']);
    expect(parseCommand('run', '--', '--odd name').arguments).toEqual(['--odd name']);
    expect(parseCommand('workflows', 'import', '-').arguments).toEqual(['-']);
  });

  test('hands everything on when it passes through', () => {
    expect(parseCommand('server', '--role', 'api', 'x')).toEqual({
      words: 'server',
      arguments: ['--role', 'api', 'x'],
      options: {},
    });
  });
});

describe('help and version', () => {
  test.each([
    [[], []],
    [['--help'], []],
    [['-h'], []],
    [['help'], []],
    [['help', 'run'], ['run']],
    [['run', '-h'], ['run']],
    [['run', 'x', '--help'], ['run']],
    [['workflows', '--help'], ['workflows']],
    [
      ['help', 'workflows', 'list'],
      ['workflows', 'list'],
    ],
    [['server', '--help'], ['server']],
  ])('%j is help for %j', (argv, words) => {
    expect(parse(...argv)).toEqual({ kind: 'help', words });
  });

  test('--version is no command', () => {
    expect(parse('--version')).toEqual({ kind: 'version' });
  });
});

describe('wrong usage', () => {
  test.each([
    [['wrokflows'], 'There is no command "navette wrokflows"; did you mean "navette workflows"?'],
    [['exec'], 'There is no command "navette exec"; did you mean "navette executions"?'],
    [['zzz'], 'There is no command "navette zzz"'],
    [
      ['workflows', 'lst'],
      'There is no command "navette workflows lst"; did you mean "navette workflows list"?',
    ],
    [
      ['executions'],
      '"navette executions" needs one more word: list, show, logs, files, cancel, retry, rerun, fork, signal, resolve',
    ],
    [['run'], '"navette run" needs FILE|NAME'],
    [['run', 'a', 'b'], '"navette run" has no use for "b"'],
    [['run', 'a', '--wacth'], '"navette run" has no option --wacth; did you mean --watch?'],
    [['run', 'a', '-x'], '"navette run" has no option -x'],
    [['--watch'], '"navette" has no option --watch'],
    [['run', 'a', '--input'], 'The option --input needs a value: --input JSON|@FILE'],
    [['run', 'a', '--input', '--watch'], 'The option --input needs a value: --input JSON|@FILE'],
    [['run', 'a', '--watch=yes'], 'The option --watch takes no value'],
  ])('%j', (argv, message) => {
    expect(() => parse(...argv)).toThrow(expect.objectContaining({ code: 'CLI_USAGE', message }));
  });
});
