import { inputPortsOf, type WorkflowDefinition } from '@navette/contracts';
import { validateDefinition } from '@navette/engine';
import { startFixtureServer } from '@navette/testing';
import { describe, expect, test } from 'vitest';
import { findRegions } from '../packages/engine/src/graph/regions.ts';
import type { TemplateCase } from './case-schema.ts';
import { listTemplates, loadTemplate } from './load-template.ts';
import { nodeTypes, runTemplate, type TemplateRun } from './run-template.ts';

test('the templates that ship', () => {
  expect(listTemplates()).toEqual(['job-watch', 'monthly-weather-report', 'order-intake', 'url-check']);
});

describe.each(listTemplates())('%s', (name) => {
  const template = loadTemplate(name);
  const { definition } = template.workflow;

  test('is a valid workflow: nodes, parameters, expressions, edges', () => {
    expect(validateDefinition(definition, nodeTypes)).toEqual([]);
  });

  test('survives export and import unchanged', () => {
    expect(loadTemplate(name).workflow).toEqual(template.workflow);
    expect(JSON.parse(JSON.stringify(template.workflow))).toEqual(template.workflow);
  });

  test('every node is reached from a trigger', () => {
    const reached = new Set(
      definition.nodes
        .filter((node) => nodeTypes.find(node.type, node.typeVersion)?.kind === 'trigger')
        .map((node) => node.id),
    );
    for (let size = 0; size !== reached.size; ) {
      size = reached.size;
      for (const edge of definition.edges) if (reached.has(edge.from)) reached.add(edge.to);
    }
    expect(definition.nodes.filter((node) => !reached.has(node.id)).map((node) => node.id)).toEqual([]);
  });

  test('every input port of a merge is connected', () => {
    for (const node of definition.nodes.filter((each) => each.type === 'merge')) {
      const type = nodeTypes.find(node.type, 1)!;
      const connected = definition.edges.filter((edge) => edge.to === node.id).map((edge) => edge.toPort);
      expect(connected.sort()).toEqual(
        [...inputPortsOf(type, type.parameters.parse(node.parameters))].sort(),
      );
    }
  });

  test('is laid out from left to right but for the ways back of loops, no two nodes on each other', () => {
    const positions = new Map(definition.nodes.map((node) => [node.id, node.position]));
    const { returns } = findRegions(definition, listLoops(definition));
    for (const { from, to } of definition.edges.filter((_, index) => !returns.has(index)))
      expect(positions.get(to)![0] - positions.get(from)![0], `${from} → ${to}`).toBeGreaterThanOrEqual(110);
    const nodes = [...positions.values()];
    for (const [index, [x, y]] of nodes.entries())
      for (const [otherX, otherY] of nodes.slice(index + 1))
        expect(Math.abs(x - otherX) >= 110 || Math.abs(y - otherY) >= 100).toBe(true);
  });

  test('is described in both languages', () => {
    const { title, description } = template.about;
    for (const text of [title.en, title.fr, description.en, description.fr])
      expect(text.length).toBeGreaterThan(5);
    expect(title.en).toBe(template.workflow.name);
    expect(title.fr).not.toBe(title.en);
    for (const node of definition.nodes.filter((each) => each.type.endsWith('-trigger')))
      expect(template.readme).toContain(node.name);
  });

  test.each(template.cases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    await runCase(name, each);
  });
});

function listLoops({ nodes }: WorkflowDefinition): Map<string, { port: string }> {
  const loops = new Map<string, { port: string }>();
  for (const { id, type } of nodes) {
    const definition = nodeTypes.find(type, 1);
    if (definition?.kind === 'node' && definition.passes) loops.set(id, definition.passes);
  }
  return loops;
}

async function runCase(name: string, each: TemplateCase): Promise<void> {
  const counts = new Map<string, number>();
  await using server = await startFixtureServer(({ path }, response) => {
    const count = counts.get(path) ?? 0;
    counts.set(path, count + 1);
    const statuses = each.server?.find((route) => route.path === path)?.statuses ?? [404];
    response.writeHead(statuses[Math.min(count, statuses.length - 1)]!).end();
  });
  const { trigger, items, expected } = JSON.parse(
    JSON.stringify(each).replaceAll('$SERVER', server.url),
  ) as TemplateCase;
  const running = runTemplate(loadTemplate(name), { triggerNodeId: trigger, items });
  if (expected.status === 'refused') {
    await expect(running).rejects.toMatchObject({ code: expected.errorCode });
    return;
  }
  const run = await running;
  expect(run.outcome.error?.code).toBe(expected.errorCode);
  expect(run.outcome.status).toBe(expected.status);
  assertOutputs(run, expected);
  assertFiles(run, expected);
  if (!expected.response) return;
  expect(run.response?.status).toBe(expected.response.status);
  expect(run.response?.headers).toMatchObject(expected.response.headers ?? {});
  if (expected.response.json)
    expect(run.response?.body).toMatchObject({ kind: 'json', value: expected.response.json });
}

function assertOutputs(run: TemplateRun, expected: TemplateCase['expected']): void {
  for (const [key, { count, first, last }] of Object.entries(expected.outputs)) {
    const [nodeId = '', port = 'main'] = key.split(':');
    const items = run.step(nodeId)?.outputs[port] ?? [];
    expect(items.length, key).toBe(count);
    if (first) expect(items[0]!.json, key).toMatchObject(first);
    if (last) expect(items.at(-1)!.json, key).toMatchObject(last);
  }
  for (const nodeId of expected.skipped) expect(run.step(nodeId)?.outputs, nodeId).toEqual({});
}

function assertFiles(run: TemplateRun, expected: TemplateCase['expected']): void {
  for (const { fileName, mediaType, contains, excludes } of expected.artifacts) {
    const file = run.files.find((each) => each.ref.fileName === fileName);
    expect(file?.ref.mediaType, fileName).toBe(mediaType);
    for (const text of contains) expect(file!.text, fileName).toContain(text);
    for (const text of excludes) expect(file!.text, fileName).not.toContain(text);
  }
}
