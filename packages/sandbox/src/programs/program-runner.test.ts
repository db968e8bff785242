import type { ProgramAnswer, ProgramCall } from '@navette/contracts';
import type { Json } from '@navette/kit';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultPolicy } from '../policy/policy.ts';
import { createFixedPolicies } from '../policy/policy-set.ts';
import { createQuickJsEngine } from '../quickjs/quickjs-engine.ts';
import { createProgramRunner } from './program-runner.ts';

const engine = createQuickJsEngine({ jail: 'never', size: 2 });
afterAll(() => engine.close());
const runner = createProgramRunner({ openEngine: () => engine, policies: createFixedPolicies() });

interface World {
  /** Of all calls, in the order in which they were handed over. */
  calls: ProgramCall[];
  lines: string[];
  handed: number[];
}

/** Answers calls in the order in which they were made, or as `answer` says. */
async function run(
  source: string,
  options: {
    input?: Json[];
    language?: 'typescript' | 'javascript';
    answer?: (open: ProgramCall[]) => Promise<ProgramCall> | ProgramCall;
    signal?: AbortSignal;
  } = {},
) {
  const world: World = { calls: [], lines: [], handed: [] };
  const open: ProgramCall[] = [];
  let now = 1_000_000;
  const { answer = (calls) => calls[0]!, input = [{ n: 2 }], language = 'typescript' } = options;
  const ending = runner.run(
    {
      projectId: 'project-1',
      versionId: 'version-1',
      source,
      language,
      input,
      seed: 'seed',
      now,
      signal: options.signal ?? new AbortController().signal,
    },
    {
      log: (line) => world.lines.push(line),
      async next(made): Promise<ProgramAnswer> {
        world.calls.push(...made);
        world.handed.push(made.length);
        open.push(...made);
        if (open.length === 0) throw new Error('It waits for nothing');
        const call = await answer(open);
        open.splice(open.indexOf(call), 1);
        now += 10;
        const result =
          call.nodeType === 'fails' || call.name === 'fails'
            ? { error: { code: 'TEST_FAILED', message: 'It failed' } }
            : { outputs: [{ port: 'main', items: [{ json: { answer: call.id } }] }] };
        return { id: call.id, now, result };
      },
    },
  );
  return { world, result: await ending };
}

describe('a program in the sandbox', () => {
  it('gets its input, makes calls and returns', async () => {
    const { result, world } = await run(`
      export default async function (ctx: any, input: { n: number }) {
        const [first] = await ctx.run('pass', { add: { n: input.n } }, { name: 'first', items: [{ x: 1 }] });
        ctx.log('between', first);
        const page = await ctx.http('https://example.com');
        return { first, page };
      }`);
    expect(result).toEqual({ first: { answer: 0 }, page: { answer: 1 } });
    expect(world.calls).toEqual([
      { id: 0, nodeType: 'pass', parameters: { add: { n: 2 } }, name: 'first', items: [{ x: 1 }] },
      { id: 1, nodeType: 'http-request', parameters: { url: 'https://example.com' } },
    ]);
    expect(world.lines).toEqual(['between {"answer":0}']);
  });

  it('hands over all calls that it made before it needed an answer', async () => {
    const { result, world } = await run(
      `export default async (ctx) => {
        const all = await ctx.all([ctx.run('a'), ctx.run('b'), ctx.run('c').then(() => ctx.run('d'))]);
        return all.flat().map(({ answer }) => answer);
      }`,
      { answer: (open) => open.at(-1)! },
    );
    expect(world.handed).toEqual([3, 1, 0, 0]);
    expect(result).toEqual([0, 1, 3]);
  });

  it('throws what a call failed with, and fails with what it throws', async () => {
    const { result } = await run(
      `export default async (ctx) => ctx.run('fails').catch((error) => [error.name, error.code, error.message]);`,
    );
    expect(result).toEqual(['CallError', 'TEST_FAILED', 'It failed']);
    await expect(run(`export default async (ctx) => { await ctx.run('fails'); };`)).rejects.toMatchObject({
      code: 'SANDBOX_CODE_THREW',
      message: 'The code failed, line 1: CallError: It failed',
    });
  });

  it('has the time of the answers, the same chance each time, and no timers', async () => {
    const source = `export default async (ctx) => {
      const before = [Date.now(), ctx.now(), new Date().getTime()];
      await ctx.run('a');
      return [...before, Date.now(), Math.random(), ctx.uuid(), typeof setTimeout, typeof fetch];
    };`;
    const [first, second] = [await run(source), await run(source)];
    expect(first.result).toEqual(second.result);
    expect((first.result as Json[]).slice(0, 4)).toEqual([1_000_000, 1_000_000, 1_000_000, 1_000_010]);
    expect((first.result as Json[]).slice(6)).toEqual(['undefined', 'undefined']);
  });

  it('gives its runner back while an answer takes long, and goes on as if it had not', async () => {
    const { result, world } = await run(
      `export default async (ctx) => {
        const made = [];
        for (let n = 0; n < 3; n++) {
          ctx.log('turn', n);
          made.push((await ctx.run('slow'))[0].answer, Math.random() < 2);
        }
        return made;
      }`,
      {
        answer: async (open) => {
          if (open[0]!.id === 1) await new Promise((resolve) => setTimeout(resolve, 1_500));
          return open[0]!;
        },
      },
    );
    expect(result).toEqual([0, true, 1, true, 2, true]);
    expect(world.calls).toHaveLength(3);
    expect(world.lines).toEqual(['turn 0', 'turn 1', 'turn 2']);
  });

  it('ends with the reason for which it gets no answer', async () => {
    await expect(run(`export default () => new Promise(() => {});`)).rejects.toThrow('It waits for nothing');
  });

  it('is dropped when nobody wants it any more', async () => {
    const stop = new AbortController();
    const ending = run(`export default (ctx) => ctx.run('slow')`, {
      signal: stop.signal,
      answer: async () => {
        stop.abort(new Error('Over'));
        return await new Promise<never>(() => {});
      },
    });
    await expect(ending).rejects.toThrow('Over');
  });

  it.each([
    ['host.next([{ id: 0 }])', 'host'],
    ['globalThis.host', 'host'],
  ])('cannot reach the host past ctx: %s', async (expression) => {
    await expect(run(`export default async () => { await ${expression}.next([]); };`)).rejects.toMatchObject({
      code: 'SANDBOX_CODE_THREW',
    });
  });

  it.each([
    ['a call', "await ctx.run('fails')", 4],
    ['outputs', "await ctx.outputs('fails')", 4],
    ['http', "await ctx.http('https://example.com', { name: 'fails' })", 4],
    ['sleep', "await ctx.sleep(1, { name: 'fails' })", 4],
    ['signal', "await ctx.signal('paid', { name: 'fails' })", 4],
    ['approve', "await ctx.approve({}, { name: 'fails' })", 4],
    ['child', "await ctx.child('wfl_1', {}, { name: 'fails' })", 4],
    ['readFile', "await ctx.readFile({ sizeBytes: 1 }, { name: 'fails' })", 4],
    ['one of several calls', "await ctx.all([ctx.run('pass'), ctx.run('fails')])", 4],
    ['a function that makes a call', 'await charge(ctx)', 2],
    ['what was caught', "try {\n await ctx.run('fails')\n} catch (error) {\n throw error }", 5],
    ['what is no call', 'await ctx.run(7)', 4],
    ['a time that is none', 'await ctx.sleep({})', 4],
    ['a file that is too long', 'await ctx.readFile({ sizeBytes: 2e6 })', 4],
  ])('fails at the line that waits for it: %s', async (_, statement, line) => {
    const source = [
      'export default async function (ctx) {',
      "  const charge = async (ctx) => { await ctx.run('fails'); };",
      "  await ctx.run('pass');",
      `  ${statement};`,
      '}',
    ].join('\n');
    await expect(run(source, { language: 'javascript' })).rejects.toMatchObject({
      code: 'SANDBOX_CODE_THREW',
      params: { line },
    });
  });

  it('refuses calls without their form', async () => {
    await expect(
      run(`export default async (ctx) => { await ctx.run('a', 'not an object'); };`),
    ).rejects.toMatchObject({ code: 'SANDBOX_CALL_MALFORMED' });
  });

  it('is refused calls of nodes that a policy does not let it make, by the place that refuses', async () => {
    const text = JSON.stringify({ version: 1, allowedNodeTypes: ['wait', 'core-*'] });
    const policies = createFixedPolicies(undefined, [{ file: 'named/calm.json', text }]);
    const strict = createProgramRunner({ openEngine: () => engine, policies });
    const refuse = async (nodeType: string, policy?: string) =>
      (await strict.refuseCall!(nodeType, { projectId: 'project-1', policy }))?.message;
    expect(await refuse('http-request')).toBeUndefined();
    expect(await refuse('wait', 'calm')).toBeUndefined();
    expect(await refuse('core-one', 'calm')).toBeUndefined();
    expect(await refuse('http-request', 'calm')).toBe(
      'Programs may not call the node type "http-request" here: policies/named/calm.json: allowedNodeTypes does not allow it',
    );
    await expect(refuse('wait', 'missing')).rejects.toMatchObject({ code: 'POLICY_UNKNOWN' });
  });

  it('stops a program that computes without end, and says where its limit comes from', async () => {
    const limits = { ...defaultPolicy.defaults.limits, cpuMs: 200 };
    const defaults = { ...defaultPolicy.defaults, limits };
    const policies = createFixedPolicies({ server: { ...defaultPolicy, defaults } });
    const strict = createProgramRunner({ openEngine: () => engine, policies });
    const task = {
      projectId: 'project-1',
      versionId: 'version-1',
      language: 'javascript' as const,
      source: 'export default async () => { for (;;); };',
      input: [],
      seed: 's',
      now: 0,
      signal: new AbortController().signal,
    };
    const host = { next: () => new Promise<never>(() => {}), log: () => {} };
    await expect(strict.run(task, host)).rejects.toMatchObject({
      code: 'SANDBOX_CPU_LIMIT',
      help: 'Raise policies/default.json: defaults.limits.cpuMs, up to 600000 (policies/default.json: ceiling.limits.cpuMs); or make the code do less.',
    });
  });
});
