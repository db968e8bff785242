/** The loop nodes of the catalogue in the real engine. */
import { workflowFileSchema } from '@navette/contracts';
import { validateDefinition } from '@navette/engine';
import { describe, expect, test } from 'vitest';
import type { Template } from './load-template.ts';
import { nodeTypes, runTemplate } from './run-template.ts';

interface LoopCase {
  type: 'loop' | 'for-each';
  parameters: object;
  settings?: object;
  /** What each item goes through. */
  fields: { name: string; value: unknown }[];
  input: object[];
}

/** start → loop node → set-fields → back. */
async function runLoop({ type, parameters, settings = {}, fields, input }: LoopCase) {
  const workflow = workflowFileSchema.parse({
    name: 'Loop',
    definition: {
      nodes: [
        { id: 'start', name: 'Start', type: 'manual-trigger' },
        { id: 'loop', name: 'Loop', type, parameters, settings },
        { id: 'body', name: 'Body', type: 'set-fields', parameters: { fields } },
      ],
      edges: [
        { from: 'start', to: 'loop' },
        { from: 'loop', fromPort: type === 'loop' ? 'loop' : 'item', to: 'body' },
        { from: 'body', to: 'loop' },
      ],
    },
  });
  expect(validateDefinition(workflow.definition, nodeTypes)).toEqual([]);
  const run = await runTemplate({ workflow } as Template, {
    triggerNodeId: 'start',
    items: input.map((json) => ({ json: json as never })),
  });
  const outputs = run.step('loop')?.outputs ?? {};
  const items = Object.fromEntries(
    Object.entries(outputs).map(([port, list]) => [port, list.map((item) => item.json)]),
  );
  return { status: run.outcome.status, error: run.outcome.error, items };
}

const half = [{ name: 'n', value: '{{ Math.floor($json.n / 2) }}' }];
const above = (right: number) => [
  { left: '{{ $json.n }}', operator: { type: 'number', operation: 'gt' }, right },
];

describe('Loop', () => {
  test('in batches', async () => {
    const { items } = await runLoop({
      type: 'loop',
      parameters: { batchSize: 2 },
      fields: [{ name: 'batch', value: "{{ [$runIndex, $('Loop').context.noItemsLeft] }}" }],
      input: [{ n: 1 }, { n: 2 }, { n: 3 }],
    });
    expect(items['done']).toEqual([
      { n: 1, batch: [0, false] },
      { n: 2, batch: [0, false] },
      { n: 3, batch: [1, true] },
    ]);
  });

  test('while conditions hold, item by item: before the first pass too', async () => {
    const parameters = { mode: 'while', conditions: above(1) };
    const { items } = await runLoop({
      type: 'loop',
      parameters,
      fields: half,
      input: [{ n: 9 }, { n: 1 }, { n: 4 }],
    });
    expect(items['done']).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
    const none = await runLoop({ type: 'loop', parameters, fields: half, input: [{ n: 0 }] });
    expect(none.items['done']).toEqual([{ n: 0 }]);
  });

  test('until conditions hold, which may speak of the body', async () => {
    const conditions = [
      {
        left: "{{ $('Body').first().json.n }}",
        operator: { type: 'number', operation: 'lt' },
        right: '{{ 3 + 0 * $runIndex }}',
      },
    ];
    const { items, status } = await runLoop({
      type: 'loop',
      parameters: { mode: 'until', conditions },
      fields: half,
      input: [{ n: 40 }],
    });
    expect([status, items['done']]).toEqual(['succeeded', [{ n: 2 }]]);
  });

  test('never for ever, and never by conditions that are missing or do not fit', async () => {
    const endless = await runLoop({
      type: 'loop',
      parameters: { mode: 'while', conditions: above(-1), maxPasses: 5 },
      fields: half,
      input: [{ n: 1 }],
    });
    expect(endless.error?.code).toBe('LOOP_LIMIT');
    const wrong = await runLoop({
      type: 'loop',
      parameters: { mode: 'while', conditions: above(1) },
      fields: half,
      input: [{ n: 'many' }],
    });
    expect(wrong.error).toMatchObject({ code: 'NODE_CONDITION_TYPE', nodeId: 'loop' });
    const type = nodeTypes.find('loop', 1)!;
    expect(type.parameters.safeParse({ mode: 'until' }).error?.issues).toMatchObject([
      { path: ['conditions'], message: 'must hold at least one condition' },
    ]);
  });
});

describe('For each', () => {
  const odd = [{ name: 'm', value: "{{ $json.n % 2 ? $json.missing.name.first() : 'fine' }}" }];
  const input = [{ n: 0 }, { n: 1 }, { n: 2 }];

  test('gives what came back, in the order of the items', async () => {
    const { items } = await runLoop({
      type: 'for-each',
      parameters: { concurrency: 2 },
      fields: [{ name: 'pass', value: '{{ $runIndex }}' }],
      input,
    });
    expect(items['done']).toEqual(input.map(({ n }) => ({ n, pass: n })));
  });

  test('lets items fail as it is told', async () => {
    const stop = await runLoop({ type: 'for-each', parameters: {}, fields: odd, input });
    expect(stop.error?.nodeId).toBe('body');
    const goOn = await runLoop({
      type: 'for-each',
      parameters: { onItemError: 'continue' },
      fields: odd,
      input,
    });
    expect(goOn.items['done']).toMatchObject([{ m: 'fine' }, { error: {} }, { m: 'fine' }]);
    const collect = await runLoop({
      type: 'for-each',
      parameters: { onItemError: 'collect' },
      fields: odd,
      input,
    });
    expect(collect.error).toMatchObject({ code: 'LOOP_PASSES_FAILED', nodeId: 'loop' });
    const split = await runLoop({
      type: 'for-each',
      parameters: { onItemError: 'collect' },
      settings: { onError: 'error-port' },
      fields: odd,
      input,
    });
    expect(split.items).toMatchObject({ done: [{ n: 0 }, { n: 2 }], error: [{ n: 1 }] });
  });
});
