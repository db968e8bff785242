import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { followFile } from '../program/follow-file.ts';
import { createTestFolder } from '../testing/create-test-folder.ts';
import { type Answer, sendProblem, startFixtureApi } from '../testing/fixture-api.ts';
import { type CliRun, createCliEnv, runTestCli } from '../testing/run-test-cli.ts';

const program = (body: string) => `export default async function (ctx, input) {\n  ${body}\n}\n`;

function writeProgram(body = 'return 1;'): string {
  const path = join(createTestFolder(), 'order.ts');
  writeFileSync(path, program(body));
  return path;
}

async function runDev(path: string, create: Answer, more: CliRun = {}) {
  await using server = await startFixtureApi({
    'GET /api/v1/workflows': () => ({ items: [], nextCursor: null }),
    'POST /api/v1/workflows': create,
  });
  const env = createCliEnv({ NAVETTE_URL: server.url, NAVETTE_API_KEY: 'nvt_key' });
  const result = await runTestCli(['dev', path], { env, ...more });
  const sources = server.requests
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => JSON.parse(String(body)).definition.nodes.at(-1).parameters.source as string);
  return { ...result, sources };
}

describe('dev', () => {
  test('what is refused is told with the mistakes of the check, and the next save is tried', async () => {
    const path = writeProgram('await ctx.sleep({});');
    const answers = [
      { status: 422, code: 'WORKFLOW_INVALID', detail: 'It cannot run' },
      { status: 401, code: 'AUTH_INVALID' },
    ];
    const { code, sources, stderr } = await runDev(
      path,
      (_, response) => sendProblem(response, answers.shift()!),
      {
        onOutput: (text) => {
          if (text.startsWith('Waiting for a save')) writeFileSync(path, program('return 2;'));
        },
      },
    );
    // Without a key there is no next time.
    expect(code).toBe(3);
    expect(sources).toEqual([program('await ctx.sleep({});'), program('return 2;')]);
    expect(stderr).toMatch(/order\.ts:2:19 {2}.*\(TS2345\)\n[\s\S]*1 mistake\nerror It cannot run/);
  });

  test('a file without a default export is told, and Ctrl-C ends the waiting', async () => {
    const path = writeProgram();
    writeFileSync(path, 'const a = 1;\n');
    const interrupt = new AbortController();
    const { code, sources, stderr } = await runDev(path, () => ({}), {
      signal: interrupt.signal,
      onOutput: (text) => text.startsWith('Waiting') && interrupt.abort(),
    });
    expect({ code, sources }).toEqual({ code: 130, sources: [] });
    expect(stderr).toContain('(CLI_PROGRAM_INVALID)');
  });

  test('needs a program, and a server', async () => {
    expect(await runDev('order.json', () => ({}))).toMatchObject({ code: 2 });
    expect(await runDev('./nowhere.ts', () => ({}))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('(CLI_FILE_UNREADABLE)'),
    });
    const server = await startFixtureApi({});
    await server.close();
    const env = createCliEnv({ NAVETTE_URL: server.url });
    expect(await runTestCli(['dev', writeProgram()], { env })).toMatchObject({ code: 5 });
  });
});

test('a file is followed over saves that change it, and over its absence', async () => {
  const path = writeProgram('return 1;');
  const end = new AbortController();
  const versions = followFile(path, end.signal);
  const next = async () => (await versions.next()).value!;
  const first = await next();
  expect(first).toMatchObject({ text: program('return 1;'), replaced: { aborted: false } });

  // The same text again is no version; a save by replacing the file is one.
  utimesSync(path, new Date(), new Date(Date.now() + 5_000));
  rmSync(path);
  writeFileSync(path, program('return 2;'));
  const second = await next();
  expect(first.replaced.aborted).toBe(true);
  expect(second).toMatchObject({ text: program('return 2;'), replaced: { aborted: false } });

  end.abort();
  expect(await versions.next()).toEqual({ value: undefined, done: true });
});
