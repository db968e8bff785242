/** What a step gives to its code: one JSON text with the items, and of other nodes only what the code names. */
import type { Item } from '@navette/contracts';
import { encodeJsonInTurns, type Json, type JsonObject, NavetteError } from '@navette/kit';
import type { StepContext } from '@navette/node-sdk';
import { DateTime } from 'luxon';
import type { CodeParameters } from './parameters.ts';
import type { NodeMention, SourceFacts } from './read-source.ts';
import { listNamedZones, readZoneTable } from './zone-table.ts';

type Context = StepContext<CodeParameters>;
type PlainItem = Pick<Item, 'json' | 'binary'>;

export interface CodeInput {
  text: string;
  /** Every item that the code sees: those of other nodes too. */
  items: readonly Item[];
}

export async function createInput(ctx: Context, facts: SourceFacts): Promise<CodeInput> {
  const nodes = facts.nodes.map((mention) => readNode(ctx, mention));
  const { mode, source } = ctx.parameters;
  const { timeZone } = ctx.workflow;
  const text = await encodeJsonInTurns({
    mode,
    items: ctx.items.map(toPlain),
    nodes: nodes.map(({ sent }) => sent),
    ...readMoments(ctx),
    timeZone,
    variables: readVariables(ctx, facts),
    ...(facts.modules.includes('luxon') && ctx.parameters.engine === 'quickjs'
      ? { zones: readZones([timeZone, ...listNamedZones(source)]) }
      : {}),
  });
  return { text, items: [...ctx.items, ...nodes.flatMap(({ items }) => items)] };
}

function toPlain({ json, binary }: Item): PlainItem {
  return binary ? { json, binary } : { json };
}

/** For JavaScript the moment; Python knows no zones, and gets both times with their offsets. */
function readMoments(ctx: Context): object {
  const nowMs = ctx.now();
  if (ctx.parameters.language !== 'python') return { nowMs };
  const now = DateTime.fromMillis(nowMs, { zone: ctx.workflow.timeZone });
  const toMoment = (time: DateTime) => ({ ms: time.toMillis(), offset: time.offset });
  return { now: toMoment(now), today: toMoment(now.startOf('day')) };
}

function readZones(names: readonly string[]): Record<string, readonly (readonly [number, number])[]> {
  return Object.fromEntries(names.map((name) => [name, readZoneTable(name)]));
}

/** Names of the expression language that hold plain values; only those that the code mentions are worked out. */
function readVariables(ctx: Context, { mentions }: SourceFacts): JsonObject {
  const { execution, workflow } = ctx;
  const values: JsonObject = {
    $workflow: { id: workflow.id, name: workflow.name },
    $execution: {
      id: execution.id,
      mode: execution.mode,
      // It is an error where no later step waits for it.
      ...(mentions('$execution') && ctx.parameters.source.includes('resumeUrl')
        ? { resumeUrl: evaluate(ctx, '$execution.resumeUrl', 0, new Map()) as Json }
        : {}),
    },
    $executionId: execution.id,
    $mode: execution.mode,
    $nodeId: ctx.node.id,
    ...(mentions('$idempotencyKey') ? { $idempotencyKey: ctx.idempotencyKey } : {}),
  };
  for (const name of ['$vars', '$prevNode', '$runIndex', '$parameter', '$nodeVersion'])
    if (mentions(name)) values[name] = evaluate(ctx, name, 0, new Map()) as Json;
  return values;
}

function evaluate(
  ctx: Context,
  expression: string,
  index: number,
  extras: ReadonlyMap<string, Json>,
): unknown {
  const template = `{{ ${expression} }}`;
  const value = ctx.evaluate(template, extras, index) ?? null;
  // Where no expression is evaluated, there is no workflow around the step.
  return value === template ? null : value;
}

interface ReadNode {
  sent: object;
  items: readonly Item[];
}

function readNode(ctx: Context, { name, outputs, readsMatches }: NodeMention): ReadNode {
  const extras = new Map<string, Json>([['$asked', name]]);
  const read = (expression: string, more: readonly (readonly [string, Json])[] = [], index = 0) =>
    evaluate(ctx, expression, index, new Map([...extras, ...more]));
  const all = attempt(() => read('$($asked).all()') as Item[] | null);
  if ('problem' in all) return { sent: { name, problem: all.problem }, items: [] };
  const items = all.value ?? [];
  const further = outputs.map((output) => ({
    output,
    ...attempt(() => read('$($asked).all($output)', [['$output', output]]) as Item[]),
  }));
  const positions = new Map(items.map((item, position) => [item, position]));
  const matches = readsMatches
    ? ctx.items.map((_, index) =>
        toMatch(
          attempt(() => read('$($asked).item', [], index) as Item | null),
          positions,
        ),
      )
    : undefined;
  return {
    sent: {
      name,
      items: items.map(toPlain),
      params: read('$($asked).params'),
      context: read('$($asked).context'),
      outputs: further.map(({ output, ...found }) =>
        'problem' in found ? { output, ...found } : { output, items: found.value.map(toPlain) },
      ),
      ...(matches ? { matches } : {}),
    },
    items: [...items, ...further.flatMap((found) => ('value' in found ? found.value : []))],
  };
}

/** The position among the node's items where it is one of them. */
function toMatch(found: Attempted<Item | null>, positions: ReadonlyMap<Item, number>): unknown {
  if ('problem' in found) return found;
  if (found.value === null) return null;
  return positions.get(found.value) ?? { item: toPlain(found.value) };
}

type Attempted<T> = { value: T } | { problem: string };

/** What a node cannot give is an error of the code only when the code reads it. */
function attempt<T>(act: () => T): Attempted<T> {
  try {
    return { value: act() };
  } catch (error) {
    if (NavetteError.is(error) && error.kind !== 'bug') return { problem: error.message };
    throw error;
  }
}
