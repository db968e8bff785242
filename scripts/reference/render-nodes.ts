import { z } from 'zod';
import {
  type AnyNodeDefinition,
  inputPortsOf,
  type NodeExample,
  nodeGroups,
  outputPortsOf,
} from '../../packages/contracts/src/index.ts';
import { type Field, type JsonSchema, listFields } from './json-schema-fields.ts';
import { formatJson, notice, renderCode, renderTable, toAnchor } from './markdown.ts';

type Group = (typeof nodeGroups)[number];

const groupTitles: Record<Group, string> = {
  trigger: 'Triggers',
  flow: 'Flow',
  data: 'Data',
  files: 'Files',
  http: 'HTTP',
  ai: 'AI',
};

/** docs/reference/nodes.md */
export function renderNodes(nodes: readonly AnyNodeDefinition[]): string {
  const groups = listGroups(nodes);
  return `${[
    notice,
    '',
    '# Nodes',
    '',
    'Every node type that ships with Navette. [How nodes work](../guide/nodes.md) explains ports, effect classes, errors',
    'and retries. Every parameter takes an [expression](../guide/expressions.md) in place of a value, unless it says',
    'otherwise.',
    '',
    ...groups.map(({ title, members }) => `- ${title}: ${members.map(linkHere).join(', ')}`),
    ...groups.flatMap(({ title, members }) => ['', `## ${title}`, ...members.flatMap(renderNode)]),
  ].join('\n')}\n`;
}

/** The table of docs/guide/nodes.md. */
export function renderNodeTable(nodes: readonly AnyNodeDefinition[]): string[] {
  const rows = listGroups(nodes).flatMap(({ title, members }) =>
    members.map((node) => [
      `[${node.name.en}](../reference/nodes.md#${toAnchor(node.name.en)})`,
      `\`${node.type}\``,
      title,
      describeEffect(node),
      node.description.en,
    ]),
  );
  return renderTable(['Node', 'Type', 'Group', 'Effect', 'What it does'], rows);
}

function listGroups(nodes: readonly AnyNodeDefinition[]) {
  return nodeGroups
    .map((group) => ({ title: groupTitles[group], members: nodes.filter((node) => node.group === group) }))
    .filter(({ members }) => members.length > 0);
}

function linkHere(node: AnyNodeDefinition): string {
  return `[${node.name.en}](#${toAnchor(node.name.en)})`;
}

function renderNode(node: AnyNodeDefinition): string[] {
  const schema = z.toJSONSchema(node.parameters, { io: 'input', unrepresentable: 'any', reused: 'inline' });
  const fields = listFields(schema as JsonSchema, { depth: 4 });
  const raw = new Set(node.kind === 'node' ? (node.rawParameters ?? []) : []);
  return [
    '',
    `### ${node.name.en}`,
    '',
    `\`${node.type}\` version ${node.version}. ${node.description.en}`,
    '',
    ...renderFacts(node),
    '',
    node.docs.en.trim(),
    ...(fields.length > 0
      ? [
          '',
          ...renderTable(
            ['Parameter', 'Label', 'Type', 'Default'],
            fields.map((field) => renderField(field, raw)),
          ),
        ]
      : []),
    ...node.examples.flatMap(renderExample),
  ];
}

function renderFacts(node: AnyNodeDefinition): string[] {
  const facts: string[] = [];
  if (node.kind === 'node') facts.push(`- Inputs: ${describePorts(node, inputPortsOf)}`);
  facts.push(`- Outputs: ${describePorts(node, outputPortsOf)}`);
  if (node.kind === 'node') facts.push(`- Effect: ${describeEffect(node)}`);
  for (const { slot, types, required } of node.credentials ?? []) {
    const list = types.map((type) => `\`${type}\``).join(', ');
    facts.push(`- Credential \`${slot}\`${required ? '' : ' (optional)'}: ${list}`);
  }
  return facts;
}

function describePorts(
  node: AnyNodeDefinition,
  portsOf: (definition: AnyNodeDefinition, parameters: unknown) => readonly string[],
): string {
  const defaults = node.parameters.safeParse({});
  const variable =
    node.kind === 'node' && typeof (portsOf === inputPortsOf ? node.inputs : node.outputs) === 'function';
  const ports = variable && !defaults.success ? [] : portsOf(node, defaults.data);
  const names = ports.map((port) => `\`${port}\``).join(', ');
  if (!variable) return names || 'none';
  return names ? `${names}; depends on the parameters` : 'depends on the parameters';
}

function describeEffect(node: AnyNodeDefinition): string {
  if (node.kind === 'trigger') return '–';
  return typeof node.effect === 'function' ? 'depends on the parameters' : node.effect;
}

function renderField(field: Field, raw: ReadonlySet<string>): string[] {
  const conditions = Object.entries(field.showWhen).map(
    ([name, values]) => `with \`${name}\` ${values.map((value) => `\`${String(value)}\``).join(' or ')}`,
  );
  const remarks = [
    field.description,
    conditions.length > 0 ? `Counts ${conditions.join(' and ')}.` : '',
    raw.has(field.path) ? 'Evaluated by the node itself.' : '',
  ].filter(Boolean);
  return [
    `\`${field.path}\``,
    [field.title, ...remarks].filter(Boolean).join(': ').replace('.: ', '. '),
    field.type,
    field.required
      ? '**required**'
      : field.default === undefined
        ? '–'
        : `\`${JSON.stringify(field.default)}\``,
  ];
}

function renderExample({ title, parameters, inputs, outputs }: NodeExample): string[] {
  return [
    '',
    `**Example: ${title.en}**`,
    '',
    ...renderCode('json', formatJson({ parameters, inputs, outputs })),
  ];
}
