import type { Item, NodeDefinition, NodeExample, TriggerDefinition } from '@navette/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MemoryArtifacts } from './memory-artifacts.ts';
import { runNode } from './run-node.ts';

const words = { en: 'Test', fr: 'Essai' };
const about = {
  version: 1,
  group: 'data' as const,
  icon: 'x',
  name: words,
  description: words,
  docs: words,
  examples: [] as NodeExample[],
};
const two: Item[] = [{ json: { n: 1 } }, { json: { n: 2 } }];

function defineNode<P extends z.ZodType>(definition: Omit<NodeDefinition<P>, 'kind'>): NodeDefinition<P> {
  return { kind: 'node', ...definition };
}

function defineTrigger<P extends z.ZodType>(
  definition: Omit<TriggerDefinition<P>, 'kind'>,
): TriggerDefinition<P> {
  return { kind: 'trigger', ...definition };
}

describe('parameters', () => {
  const node = defineNode({
    ...about,
    type: 'echo',
    parameters: z.strictObject({ v: z.number(), raw: z.string().default('') }),
    effect: 'pure',
    rawParameters: ['raw'],
    execute: (ctx) =>
      ctx.items.map((_, index) => ({
        json: {
          v: ctx.parametersFor(index).v,
          raw: ctx.parameters.raw,
          late: ctx.evaluate(ctx.parameters.raw, new Map([['$extra', 7]]), index) as number,
        },
      })),
  });

  it('are evaluated per item and validated; raw ones are left to the node', async () => {
    const { outputs } = await runNode(node, {
      parameters: { v: '{{ $json.n * 10 }}', raw: '{{ $json.n + $extra }}' },
      inputs: two,
    });
    expect(outputs).toEqual({
      main: [
        { json: { v: 10, raw: '{{ $json.n + $extra }}', late: 8 }, pairedItem: { item: 0 } },
        { json: { v: 20, raw: '{{ $json.n + $extra }}', late: 9 }, pairedItem: { item: 1 } },
      ],
    });
  });

  it('that do not fit are told by JSON pointer', async () => {
    await expect(
      runNode(node, { parameters: { v: '{{ $json.n }}' }, inputs: [{ json: { n: 'x' } }] }),
    ).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
      issues: [{ path: '/v' }],
    });
  });
});

describe('items', () => {
  const perItem = defineNode({
    ...about,
    type: 'per-item',
    parameters: z.strictObject({}),
    outputs: ['even', 'odd'],
    effect: 'pure',
    executeItem(ctx) {
      const n = Number(ctx.item.json['n']);
      if (n < 0) return undefined;
      return { outputs: { [n % 2 === 0 ? 'even' : 'odd']: [{ json: { n, key: ctx.idempotencyKey } }] } };
    },
  });

  it('run one by one, each with its own key and link; every port is there', async () => {
    const { outputs } = await runNode(perItem, {
      inputs: [{ json: { n: 1 } }, { json: { n: -1 } }, { json: { n: 3 } }],
    });
    expect(outputs['even']).toEqual([]);
    expect(outputs['odd']!.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
    expect(new Set(outputs['odd']!.map(({ json }) => json['key'])).size).toBe(2);
  });

  it('cannot be changed by the node', async () => {
    const rude = defineNode({
      ...about,
      type: 'rude',
      parameters: z.strictObject({}),
      effect: 'pure',
      execute(ctx) {
        (ctx.items[0]!.json['list'] as number[]).push(1);
        return [];
      },
    });
    await expect(runNode(rude, { inputs: [{ json: { list: [] } }] })).rejects.toThrow(TypeError);
  });

  it('are linked where the node left it out and it can be told', async () => {
    const made = (count: number) =>
      defineNode({
        ...about,
        type: 'made',
        parameters: z.strictObject({}),
        effect: 'pure',
        execute: () => Array.from({ length: count }, () => ({ json: {} })),
      });
    const links = async (count: number, inputs: Item[]) =>
      (await runNode(made(count), { inputs })).outputs['main']!.map(({ pairedItem }) => pairedItem);
    expect(await links(3, [{ json: {} }])).toEqual([{ item: 0 }, { item: 0 }, { item: 0 }]);
    expect(await links(2, two)).toEqual([{ item: 0 }, { item: 1 }]);
    expect(await links(3, two)).toEqual([undefined, undefined, undefined]);
  });

  it('on a port that the node does not have are refused, both ways', async () => {
    const lost = defineNode({
      ...about,
      type: 'lost',
      parameters: z.strictObject({}),
      effect: 'pure',
      execute: () => ({ outputs: { nowhere: [] } }),
    });
    await expect(runNode(lost)).rejects.toThrow('unknown port "nowhere"');
    await expect(runNode(lost, { inputs: { other: [] } })).rejects.toMatchObject({
      code: 'NODE_INPUT_INVALID',
    });
  });
});

describe('surroundings', () => {
  const node = defineNode({
    ...about,
    type: 'around',
    parameters: z.strictObject({}),
    effect: 'effect',
    credentials: [{ slot: 'auth', types: ['t'], required: false }],
    async execute(ctx) {
      await ctx.sleep(5_000);
      ctx.log('slept');
      const file = await ctx.artifacts.write({ data: 'hello', fileName: 'a.txt', mediaType: 'text/plain' });
      const credential = await ctx.credential('auth');
      return [
        {
          json: {
            now: ctx.now(),
            random: ctx.random(),
            zone: ctx.workflow.timeZone,
            secret: credential?.data['token'] ?? null,
            none: (await ctx.credential('other')) === undefined,
          },
          binary: { file },
        },
      ];
    },
  });

  it('are fixed: time, randomness, files, credentials', async () => {
    const artifacts = new MemoryArtifacts();
    const options = {
      nowMs: 1_000,
      timeZone: 'Europe/Paris',
      artifacts,
      credentials: { auth: { type: 't', data: { token: 'x' } } },
    };
    const first = await runNode(node, options);
    expect(first).toMatchObject({ logs: ['slept'], sleptMs: 5_000 });
    const { json, binary } = first.outputs['main']![0]!;
    expect(json).toMatchObject({ now: 6_000, zone: 'Europe/Paris', secret: 'x', none: true });
    expect(await artifacts.readText(binary!['file']!)).toBe('hello');
    expect(binary!['file']).toMatchObject({ sizeBytes: 5, sha256: expect.stringMatching(/^2cf24dba/) });
    expect((await runNode(node, options)).outputs).toEqual(first.outputs);
    expect((await runNode(node, { ...options, seed: 2 })).outputs['main']![0]!.json['random']).not.toBe(
      json['random'],
    );
  });

  it('fail a request when no http port was given, and a read of a file that is not there', async () => {
    const caller = defineNode({
      ...about,
      type: 'caller',
      parameters: z.strictObject({}),
      effect: 'effect',
      execute: async (ctx) => [
        { json: { status: (await ctx.http.request({ method: 'GET', url: 'https://a.example' })).status } },
      ],
    });
    await expect(runNode(caller)).rejects.toThrow('no http port for GET https://a.example');
    const ref = new MemoryArtifacts().add({ data: 'x', fileName: 'x', mediaType: 'text/plain' });
    await expect(new MemoryArtifacts().read(ref)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  });
});

describe('special results', () => {
  it('suspensions and responses are handed over', async () => {
    const waiting = defineNode({
      ...about,
      type: 'waiting',
      parameters: z.strictObject({}),
      effect: 'pure',
      execute: (ctx) => ({ suspend: 'until' as const, wakeAtMs: 9, outputs: { main: [...ctx.items] } }),
    });
    const answering = defineNode({
      ...about,
      type: 'answering',
      parameters: z.strictObject({}),
      effect: 'effect',
      execute: () => ({
        outputs: {},
        response: { status: 204, headers: {}, body: { kind: 'empty' as const } },
      }),
    });
    expect(await runNode(waiting)).toMatchObject({ suspension: { suspend: 'until', wakeAtMs: 9 } });
    expect(await runNode(answering)).toMatchObject({ outputs: { main: [] }, response: { status: 204 } });
  });

  it('triggers pass or refuse their input', async () => {
    const trigger = defineTrigger({
      ...about,
      type: 'start',
      parameters: z.strictObject({ max: z.number() }),
      source: 'manual',
      accept({ max }, items) {
        if (items.length > max) throw new Error('too many');
        return items;
      },
    });
    expect((await runNode(trigger, { parameters: { max: 2 }, inputs: two })).outputs['main']).toHaveLength(2);
    await expect(runNode(trigger, { parameters: { max: 1 }, inputs: two })).rejects.toThrow('too many');
  });
});
