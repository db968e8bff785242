/** Coded workflows from the command line against the real server: docs/guide/coded-workflows.md as it stands there. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecutionDetail, type ExecutionSummary, routes } from '@navette/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { splitShellWords } from '../../apps/cli/src/testing/split-shell-words.ts';
import { readTestedBlock } from '../docs/marked-blocks.ts';
import { listPages } from '../docs/read-page.ts';
import { listCommands } from '../docs/shell-commands.ts';
import { type Cli, createCli } from './cli-process.ts';
import { startServer, type TestServer } from './start-server.ts';

const guide = listPages().find((page) => page.path === 'docs/guide/coded-workflows.md')!;
const dataDir = mkdtempSync(join(tmpdir(), 'navette-e2e-'));
let server: TestServer;
let cli: Cli;

beforeAll(async () => {
  server = await startServer({ dataDir });
  const { apiKey } = await server.createOwner();
  cli = createCli(server.url, { NAVETTE_API_KEY: apiKey });
  for (const { info, language, text } of guide.blocks) {
    const name = /^program file=(\S+)$/.exec(info)?.[1];
    if (language === 'ts' && name) writeFileSync(join(cli.folder, name), text);
  }
});

afterAll(async () => {
  await server.stop();
  cli[Symbol.dispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The arguments of the navette commands of the guide that are tested under that name. */
const readCommands = (name: string) =>
  listCommands(readTestedBlock('coded-workflows', name)).map((line) => splitShellWords(line).slice(1));
const findId = (text: string) => /exe_[0-9a-f]{32}/.exec(text)![0];

/** The JSON of the items that left the step. */
async function readOutput(executionId: string, path = 'program'): Promise<unknown> {
  const { outputs } = await server.api(routes.getStepData, { params: { executionId, path } });
  return outputs?.['main']?.map(({ json }) => json);
}

async function untilStatus(executionId: string, status: ExecutionSummary['status']): Promise<void> {
  const read = async () => (await readExecution(executionId)).status;
  await expect.poll(read).toBe(status);
}

const readExecution = (executionId: string): Promise<ExecutionDetail> =>
  server.api(routes.getExecution, { params: { executionId } });

test('check, run and show', async () => {
  const [check, run, show] = readCommands('run');
  expect(await cli.run(check!)).toMatchObject({ code: 0, stderr: './order-intake.ts: no mistakes\n' });
  const { code, stderr, stdout } = await cli.run(run!);
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'Imported "order-intake"\n' });
  expect(stdout).toMatch(/add-up {2}done/);
  expect(stdout).toMatch(/sleep {2}waiting until/);
  expect(stdout).toContain('| 1 orders, 40 euros');
  const shown = await cli.run(show!.map((word) => (word === 'exe_…' ? findId(stdout) : word)));
  expect(JSON.parse(shown.stdout)).toMatchObject({
    outputs: { main: [{ json: { total: 40, decision: 'approved' } }] },
  });
  // The same file again is the same version.
  expect(await cli.run(['workflows', 'import', './order-intake.ts'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Unchanged wfl_[0-9a-f]{32} \(order-intake\)\n$/),
  });
});

test('somebody decides', async () => {
  const input = '{"orders": [{"customer": "Tim", "total": 2000}]}';
  const running = cli.start(['run', './order-intake.ts', '--input', input, '--watch']);
  await running.waitForOutput('approve  waiting');
  const { items } = await server.api(routes.listApprovals, { query: { status: 'open' } });
  expect(items.map((item) => item.title)).toEqual(['Accept orders of 2000 euros?']);
  expect(await cli.run(['approvals', 'reject', items[0]!.id])).toMatchObject({ code: 0 });
  const { code, stdout } = await running.ended;
  expect(code).toBe(0);
  expect(await readOutput(findId(stdout))).toEqual([{ total: 2000, decision: 'rejected' }]);
});

test('a mistake has its line and column, whatever the server, and nothing is written', async () => {
  const source = `export default async function (ctx, input) {\n  await ctx.run('sumarize', {});\n}\n`;
  writeFileSync(join(cli.folder, 'wrong.ts'), source);
  const before = readdirSync(cli.folder);
  const offline = ['--url', 'http://127.0.0.1:9'];
  const found = await cli.run(['check', 'wrong.ts', ...offline]);
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(/^wrong\.ts:2:17 {2}.*'?"sumarize"'?.*\(TS\d+\)\n/);
  const json = await cli.run(['check', 'wrong.ts', '--json', ...offline]);
  expect(JSON.parse(json.stdout)).toMatchObject({ issues: [{ line: 2, column: 17 }] });
  expect(await cli.run(['check', 'wrong.txt'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('(CLI_PROGRAM_INVALID)'),
  });
  expect(readdirSync(cli.folder)).toEqual(before);
});

test('types for the editor', async () => {
  const [types] = readCommands('types');
  expect(await cli.run(types!)).toMatchObject({ code: 0, stderr: 'Wrote navette.d.ts\n' });
  expect(readdirSync(cli.folder)).toContain('navette.d.ts');
});

test('dev: again at each save, mistakes included, until Ctrl-C', async () => {
  const path = join(cli.folder, 'dev.ts');
  const write = (body: string) =>
    writeFileSync(path, `export default async function (ctx, input) {\n${body}\n}\n`);
  const [words] = readCommands('dev');
  expect(words!.slice(0, 2)).toEqual(['dev', './order-intake.ts']);

  write('ctx.log("first", input.orders.length); return { ok: 1 };');
  const running = cli.start(words!.map((word) => (word === './order-intake.ts' ? './dev.ts' : word)));
  await running.waitForOutput('| first 1');
  await running.waitForOutput('succeeded in');
  await expect.poll(() => running.stderr).toContain('Waiting for a save of ./dev.ts');
  const [first] = running.stdout.match(/exe_[0-9a-f]{32}/g)!;
  expect((await readExecution(first!)).mode).toBe('api');

  // What the check finds does not keep it from running.
  write('const much: string = 2; await ctx.signal("second"); return { much };');
  await running.waitForOutput('signal  waiting');
  const second = running.stdout.match(/exe_[0-9a-f]{32}/g)![1]!;

  write('await ctx.signal("third"); return {};');
  await untilStatus(second, 'cancelled');
  await expect.poll(() => running.stdout.match(/signal {2}waiting/g)).toHaveLength(2);
  const third = running.stdout.match(/exe_[0-9a-f]{32}/g)![2]!;
  expect((await readExecution(third)).versionId).not.toBe((await readExecution(second)).versionId);

  running.kill('SIGINT');
  const { code, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stderr).toContain("./dev.ts:2:7  Type 'number' is not assignable to type 'string'. (TS2322)");
  await untilStatus(third, 'cancelled');
});

test('the code of a workflow is checked: text, imports, and types of what came in', async () => {
  const name = 'Order report';
  const write = (source: string, second: string) => {
    const nodes = [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'sums', name: 'Add up', type: 'code', parameters: { language: 'typescript', source } },
      { id: 'more', name: 'More', type: 'code', parameters: { source: second } },
    ];
    const edges = [
      { from: 'start', to: 'sums' },
      { from: 'sums', to: 'more' },
    ];
    writeFileSync(join(cli.folder, 'report.json'), JSON.stringify({ name, definition: { nodes, edges } }));
  };
  write('return { sum: $json.total };', 'return { twice: $json.sum * 2 };');
  const unknown = await cli.run(['check', './report.json']);
  expect(unknown.code).toBe(0);
  expect(unknown.stderr).toContain('Add up: its types were not checked');

  const ran = await cli.run(['run', './report.json', '--input', '{"total": 4}', '--watch']);
  expect(ran.code).toBe(0);
  expect(await cli.run(['check', name])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'Order report: no mistakes\n',
  });

  write('const a = 1;\nreturn { sum: $json.totl };', "import axios from 'axios';\nreturn {};");
  const found = await cli.run(['check', './report.json']);
  expect(found.code).toBe(1);
  expect(found.stdout).toContain("Add up:2:21  Property 'totl' does not exist");
  expect(found.stdout).toContain('More:1:1  The code imports "axios"');
  expect(found.stdout).toMatch(/2 mistakes\n$/);
  const { code, stdout } = await cli.run(['check', './report.json', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout).issues).toContainEqual(
    expect.objectContaining({ nodeId: 'sums', node: 'Add up', line: 2, column: 21, severity: 'error' }),
  );
});

test('a graph calls a program, and a program calls a program', async () => {
  const [publish] = readCommands('publish');
  expect(await cli.run(publish!)).toMatchObject({ code: 0 });
  const { items } = await server.api(routes.listWorkflows, { query: { search: 'order-intake' } });
  const workflowId = items[0]!.id;

  const graph = guide.blocks.find((block) => block.info === 'workflow calls-a-program')!;
  writeFileSync(join(cli.folder, 'graph.json'), graph.text.replace(/wfl_[0-9a-f]{32}/, workflowId));
  const orders = '{"orders": [{"customer": "Ada", "total": 7}]}';
  const called = await cli.run(['run', './graph.json', '--input', orders, '--watch']);
  expect(called.code).toBe(0);
  expect(await readOutput(findId(called.stdout), 'intake')).toEqual([{ total: 7, decision: 'approved' }]);

  const shops = await cli.run([
    'run',
    './two-shops.ts',
    '--input',
    JSON.stringify({ workflowId }),
    '--watch',
  ]);
  expect(shops.code).toBe(0);
  expect(await readOutput(findId(shops.stdout))).toEqual([
    { total: 10, decision: 'approved' },
    { total: 10, decision: 'approved' },
  ]);
});
