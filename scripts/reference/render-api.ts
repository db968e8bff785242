import { z } from 'zod';
import {
  apiKeySchema,
  artifactSchema,
  auditEntrySchema,
  binaryRefSchema,
  credentialSchema,
  credentialTypeSchema,
  edgeSchema,
  errorRecordSchema,
  executionDetailSchema,
  executionSummarySchema,
  itemSchema,
  nodeExampleSchema,
  nodeSchema,
  nodeSettingsSchema,
  nodeTypeSchema,
  problemSchema,
  projectSchema,
  type Route,
  retrySettingsSchema,
  routeList,
  scopes,
  sessionSchema,
  stepDataSchema,
  stepSchema,
  templateSchema,
  versionDetailSchema,
  versionSummarySchema,
  webhookInfoSchema,
  workflowDefinitionSchema,
  workflowDetailSchema,
  workflowFileSchema,
  workflowIssueSchema,
  workflowSettingsSchema,
  workflowSummarySchema,
} from '../../packages/contracts/src/index.ts';
import { describeSchema, type JsonSchema, listFields } from './json-schema-fields.ts';
import { notice, renderTable, toAnchor } from './markdown.ts';

/** Schemas that get a table of their own; routes refer to them. */
const named: readonly (readonly [name: string, schema: z.ZodType])[] = [
  ['WorkflowSummary', workflowSummarySchema],
  ['Workflow', workflowDetailSchema],
  ['WorkflowFile', workflowFileSchema],
  ['WorkflowDefinition', workflowDefinitionSchema],
  ['WorkflowNode', nodeSchema],
  ['WorkflowEdge', edgeSchema],
  ['WorkflowSettings', workflowSettingsSchema],
  ['NodeSettings', nodeSettingsSchema],
  ['RetrySettings', retrySettingsSchema],
  ['WorkflowIssue', workflowIssueSchema],
  ['VersionSummary', versionSummarySchema],
  ['Version', versionDetailSchema],
  ['Template', templateSchema],
  ['Webhook', webhookInfoSchema],
  ['ExecutionSummary', executionSummarySchema],
  ['Execution', executionDetailSchema],
  ['Step', stepSchema],
  ['StepData', stepDataSchema],
  ['ErrorRecord', errorRecordSchema],
  ['Item', itemSchema],
  ['BinaryRef', binaryRefSchema],
  ['Artifact', artifactSchema],
  ['NodeType', nodeTypeSchema],
  ['NodeExample', nodeExampleSchema],
  ['CredentialType', credentialTypeSchema],
  ['Credential', credentialSchema],
  ['ApiKey', apiKeySchema],
  ['AuditEntry', auditEntrySchema],
  ['Session', sessionSchema],
  ['Project', projectSchema],
  ['Problem', problemSchema],
];

/** What people write: shown as it is given, with its defaults. The rest is shown as it comes back. */
const written = new Set<z.ZodType>([
  workflowFileSchema,
  workflowDefinitionSchema,
  nodeSchema,
  edgeSchema,
  workflowSettingsSchema,
  nodeSettingsSchema,
  retrySettingsSchema,
]);

/** Names the schemas for the encoding of this page only. */
function createRegistry() {
  const registry = z.registry<{ id?: string; [key: string]: unknown }>();
  for (const [id, schema] of named) registry.add(schema, { id });
  return registry;
}

const registry = createRegistry();
const link = (name: string) => `[${name}](#${toAnchor(`${name} (object)`)})`;

function encode(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const options = { io, unrepresentable: 'any', reused: 'inline', metadata: registry } as const;
  const encoded = z.toJSONSchema(schema, options) as JsonSchema;
  const { $ref, $defs } = encoded as { $ref?: string; $defs?: Record<string, JsonSchema> };
  const own = $ref && $defs?.[$ref.replace(/^#\/\$defs\//, '')];
  return own ? { ...own, $defs } : encoded;
}

/** docs/reference/api.md */
export function renderApi(): string {
  const tags = [...new Set(routeList.map((route) => route.tag))];
  return `${[
    notice,
    '',
    '# API',
    '',
    'Everything that the web app and the command line do goes through these operations. A running server has the same as',
    'a page to read at `/api/docs` and for machines as OpenAPI 3.1 at `/api/openapi.json`.',
    '',
    '## Common to all',
    '',
    '- **Who calls.** Programs send `Authorization: Bearer nvt_…` with an API key, which belongs to one project and has',
    `  scopes: ${scopes.map((scope) => `\`${scope}\``).join(', ')}. Browsers have a session cookie.`,
    '- **Refusals** are problem documents (RFC 9457) with a [stable code](errors.md); `issues` name fields by JSON',
    '  pointer. Unknown fields are refused.',
    '- **Lists** come in pages: give `nextCursor` back as `cursor`; it is null on the last page.',
    '- **Idempotency.** Operations marked so take an `Idempotency-Key` header: a repeat within 24 hours gets the first',
    '  answer, so that a lost connection is no reason for doubt.',
    '- **Events** are server-sent events with ids; reconnect with `Last-Event-ID` and nothing is lost.',
    ...tags.flatMap((tag) => [
      '',
      `## ${tag}`,
      ...routeList.filter((route) => route.tag === tag).flatMap(renderRoute),
    ]),
    '',
    '## Objects',
    ...named.flatMap(([name, schema]) => [
      '',
      `### ${name} (object)`,
      '',
      ...renderFields(encode(schema, written.has(schema) ? 'input' : 'output'), written.has(schema)),
    ]),
  ].join('\n')}\n`;
}

function renderRoute(route: Route): string[] {
  return [
    '',
    `### ${route.summary}`,
    '',
    `\`${route.method} ${route.path}\` · ${describeAccess(route)}${route.idempotent ? ' · takes `Idempotency-Key`' : ''}`,
    ...(route.description ? ['', route.description] : []),
    ...renderPart('Query', route.query),
    ...renderBody(route),
    '',
    `Answers ${describeAnswer(route)}.${describeErrors(route)}`,
  ];
}

function renderPart(title: string, schema: z.ZodType | undefined): string[] {
  if (!schema) return [];
  const rows = renderFields(encode(schema, 'input'), true);
  return rows.length === 0 ? [] : ['', `${title}:`, '', ...rows];
}

function renderBody(route: Route): string[] {
  if (route.bodyKind === 'multipart') return ['', 'Body: a multipart form with one part `file`.'];
  if (!route.body) return [];
  const name = named.find(([, schema]) => schema === route.body)?.[0];
  return name ? ['', `Body: ${link(name)}.`] : renderPart('Body', route.body);
}

function describeAccess({ access }: Route): string {
  if (access === 'public') return 'open to anyone';
  if (access === 'setup') return 'open until the owner account exists';
  if (access === 'owner')
    return 'the owner of the server, or a key of theirs with the scope `executions:run`';
  if (access === 'metrics') return 'the metrics token, or the owner of the server in person';
  return access === 'signed-in' ? 'anyone signed in, any key' : `scope \`${access.scope}\``;
}

function describeAnswer(route: Route): string {
  const status = `\`${route.status}\``;
  if (route.responseKind === 'empty') return `${status} without a body`;
  if (route.responseKind === 'text') return `${status} and text`;
  if (route.responseKind === 'events') return `${status} and a stream of events`;
  if (route.responseKind === 'binary') return `${status} and the bytes`;
  const name = named.find(([, schema]) => schema === route.response)?.[0];
  if (name) return `${status} and ${link(name)}`;
  const fields = listFields(encode(route.response!, 'output'), { depth: 1, link });
  return `${status} and {${fields.map((field) => ` \`${field.path}\`: ${field.type}`).join(',')} }`;
}

function describeErrors({ errors = [] }: Route): string {
  if (errors.length === 0) return '';
  return ` Besides what any operation can answer: ${errors.map((code) => `[\`${code}\`](errors.md#${code})`).join(', ')}.`;
}

function renderFields(schema: JsonSchema, given: boolean): string[] {
  const fields = listFields(schema, { depth: 3, link });
  if (fields.length === 0) return schema['type'] === 'object' ? [] : [describeSchema(schema, { link })];
  const rows = fields.map((field) => {
    const state = field.required ? 'always' : 'may be absent';
    const wanted = field.required
      ? '**required**'
      : field.default === undefined
        ? 'optional'
        : `default \`${JSON.stringify(field.default)}\``;
    return [`\`${field.path}\``, field.type, given ? wanted : state];
  });
  return renderTable(['Field', 'Type', ''], rows);
}
