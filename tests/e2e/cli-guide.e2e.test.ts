/** The commands of docs/guide/quickstart.md, run as they stand there, and the workflows of the guides that greet. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitShellWords } from '../../apps/cli/src/testing/split-shell-words.ts';
import { type CodeBlock, listPages } from '../docs/read-page.ts';
import { listCommands } from '../docs/shell-commands.ts';
import { type Cli, createCli } from './cli-process.ts';
import { findFreePort, startServer, type TestServer } from './start-server.ts';

const pages = listPages();
const quickstart = pages.find((page) => page.path === 'docs/guide/quickstart.md')!;
const dataDir = mkdtempSync(join(tmpdir(), 'navette-e2e-'));
let server: TestServer;
let cli: Cli;
let port: number;
/** What "exe_…" stands for: the last execution that a command has named. */
let lastExecution = '';

beforeAll(async () => {
  port = await findFreePort();
  server = await startServer({ dataDir, port });
  cli = createCli(server.url);
});

afterAll(async () => {
  await server.stop();
  cli[Symbol.dispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The arguments of a navette command of the page. */
function readArguments(command: string): string[] {
  const words = splitShellWords(command);
  expect(words[0]).toBe('navette');
  return words.slice(1).map((word) => (word === 'exe_…' ? lastExecution : word));
}

async function runBlock(block: CodeBlock): Promise<string> {
  const expected = Number(/fails=(\d+)/.exec(block.info)?.[1] ?? 0);
  let output = '';
  for (const command of listCommands(block.text)) {
    const args = readArguments(command);
    const login = args[0] === 'login';
    const more = login ? ['--name', 'Ada', '--email', 'ada@example.com', '--password-stdin'] : [];
    const { code, stdout, stderr } = await cli.run(
      [...args, ...more],
      login ? 'a long enough password\n' : '',
    );
    expect({ command, code, stderr: code === expected ? '' : stderr }).toEqual({
      command,
      code: expected,
      stderr: '',
    });
    lastExecution = /exe_[0-9a-f]{32}/.exec(stdout)?.[0] ?? lastExecution;
    output += stdout + stderr;
  }
  return output;
}

/** The blocks of a section, in order. */
function listSection(heading: string): CodeBlock[] {
  const lines = quickstart.text.split('\n');
  const start = lines.indexOf(`## ${heading}`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  const lineOf = (block: CodeBlock) => Number(block.place.split(':')[1]);
  return quickstart.blocks.filter((block) => lineOf(block) > start && (end < 0 || lineOf(block) <= end));
}

describe('the quick start', () => {
  test('every section with commands is run here', () => {
    const headings = [...quickstart.text.matchAll(/^## (.+)$/gm)].map((match) => match[1]!);
    expect(headings.filter((heading) => listSection(heading).length > 0)).toEqual([
      'Start the server',
      'Sign in',
      'Run a template',
      'Pull the plug',
      'Write a workflow',
      'Make it live',
    ]);
  });

  test('Sign in', async () => {
    const [login] = listSection('Sign in');
    expect(await runBlock(login!)).toContain('Signed in to');
  });

  test('Run a template', async () => {
    const [run, files] = listSection('Run a template');
    expect(await runBlock(run!)).toMatch(/succeeded in /);
    await runBlock(files!);
    const report = join(cli.folder, 'report', 'weather-report.html');
    expect(existsSync(report)).toBe(true);
    expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>/i);
  });

  test('Pull the plug', async () => {
    const [watch] = listSection('Pull the plug');
    const watching = cli.start(readArguments(listCommands(watch!.text)[0]!));
    await watching.waitForOutput('First pause  waiting');
    await server.kill('SIGKILL');
    await watching.waitForOutput('connection lost, waiting for the server…');
    server = await startServer({ dataDir, port });
    const { code, stdout } = await watching.ended;
    expect(code).toBe(0);
    expect(stdout.match(/Read the table {2}done/g)).toHaveLength(1);
    expect(stdout).toMatch(/succeeded in /);
  });

  test('Write a workflow', async () => {
    const [file, run, show, refused] = listSection('Write a workflow');
    const name = /file=(\S+)/.exec(file!.info)![1]!;
    writeFileSync(join(cli.folder, name), file!.text);
    expect(await runBlock(run!)).toMatch(/succeeded in /);
    expect(JSON.parse(await runBlock(show!))).toMatchObject({
      outputs: { main: [{ json: { customer: 'Ada', total: 40, decision: 'accept Ada' } }] },
    });
    expect(await runBlock(refused!)).toContain('/body/input/total');
  });

  test('Make it live', async () => {
    const [publish] = listSection('Make it live');
    expect(await runBlock(publish!)).toMatch(/Order intake +yes/);
  });
});

const greeting = pages
  .flatMap((page) => page.blocks)
  .filter((block) => block.language === 'json' && block.info === 'workflow run');

test('there are workflows that greet', () => expect(greeting.length).toBeGreaterThan(0));

test.each(greeting.map((block) => [block.place, block] as const))(
  'the workflow at %s runs',
  async (_, block) => {
    const path = join(cli.folder, 'guide.json');
    writeFileSync(path, block.text);
    const input = '[{"name": "Ada", "age": 36}, {"name": "Tim", "age": 7}]';
    const { code, stdout } = await cli.run(['run', path, '--input', input, '--watch']);
    expect(code).toBe(0);
    const shown = await cli.run([
      'executions',
      'show',
      /exe_[0-9a-f]{32}/.exec(stdout)![0],
      '--step',
      'Greet',
    ]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ outputs: { main: [{ json: { text: 'Hello Ada' } }] } });
  },
);
