import { z } from 'zod';
import type { NodeType } from '../node-type.ts';
import { nodeSettingsSchema } from '../workflow.ts';
import { programTypesHead, programTypesTail } from './ctx-types.ts';
import {
  type JsonSchema,
  renderComment,
  renderLiteral,
  renderName,
  renderSchemaType,
} from './render-schema-type.ts';

/** What is needed of a node type; the catalogue of the API (`listNodeTypes`) gives it. */
export type CallableNodeType = Pick<NodeType, 'type' | 'trigger' | 'description' | 'parametersSchema'> & {
  credentials: readonly Pick<NodeType['credentials'][number], 'slot'>[];
  /** What a program writes in place of a call. */
  notCallable?: string | undefined;
};

/** Of the settings of a node: those that say something about a call. */
const callSettings = { retry: true, timeoutMs: true, afterCrash: true, concurrency: true } as const;

/** A program is no call of a program. */
const programs: ReadonlySet<string> = new Set(['program']);

/**
 * `navette.d.ts`: the types of `ctx` for coded workflows, with every node type that a program can call. The same node
 * types give the same text, whatever their order.
 * @example await writeFile('navette.d.ts', renderProgramTypes((await api.call(routes.listNodeTypes)).items));
 */
export function renderProgramTypes(nodeTypes: readonly CallableNodeType[]): string {
  const known = nodeTypes
    .filter(({ trigger, type }) => !trigger && !programs.has(type))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
  const callable = known.filter(({ notCallable }) => notCallable === undefined);
  const settings = z.toJSONSchema(nodeSettingsSchema.pick(callSettings), { io: 'input' }) as JsonSchema;
  return [
    programTypesHead,
    '/** Settings of a call, as those of a node. */',
    `interface CallSettings ${renderSchemaType(settings)}`,
    '',
    ...callable.flatMap(renderParameters),
    '/** Every node type that a program can call, its parameters and its credentials. */',
    'interface NodeTypes {',
    ...callable.flatMap(renderNodeType),
    '}',
    '',
    '/** Node types that mean nothing in a program, and what it writes in their place. */',
    'interface NotCallable {',
    ...known.flatMap(({ notCallable, type }) =>
      notCallable === undefined
        ? []
        : [`  ${renderName(type)}: ${renderLiteral(`In a program, ${notCallable}`)};`],
    ),
    '}',
    '',
    programTypesTail,
  ].join('\n');
}

/** By a name of their own: mistakes name them. */
function renderParameters({ type, description, parametersSchema }: CallableNodeType): string[] {
  const body = renderSchemaType(parametersSchema as JsonSchema);
  const name = toParametersName(type);
  const isObject = parametersSchema['type'] === 'object';
  return [
    ...renderComment(`Parameters of ${type}. ${description.en}`),
    isObject ? `interface ${name} ${body}` : `type ${name} = ${body};`,
    '',
  ];
}

function renderNodeType({ type, description, credentials }: CallableNodeType): string[] {
  const slots = credentials.map(({ slot }) => renderLiteral(slot)).join(' | ') || 'never';
  return [
    ...renderComment(description.en, '  '),
    `  ${renderName(type)}: { parameters: ${toParametersName(type)}; credentials: ${slots} };`,
  ];
}

/** "HttpRequestParameters" of "http-request". */
function toParametersName(type: string): string {
  const words = type.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Parameters`;
}
