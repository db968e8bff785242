import { type AnyNodeDefinition, inputPortsOf, type NodeType, outputPortsOf } from '@navette/contracts';
import { encodeJsonSchema } from '../docs/json-schema.ts';
import { apiErrors } from '../http/api-error.ts';
import { toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import { encodeEngine } from './encode-engine.ts';
import { encodeAuditEntry } from './encode-resource.ts';
import { encodeWorkflowDetail } from './encode-workflow.ts';
import type { ServerServices } from './server-services.ts';
import { createDraft } from './workflow-drafts.ts';

type CatalogueHandlers = Pick<
  RouteHandlers,
  | 'listNodeTypes'
  | 'getNodeType'
  | 'listCodeEngines'
  | 'listTemplates'
  | 'installTemplate'
  | 'listAudit'
  | 'healthLive'
  | 'healthReady'
>;

export function createCatalogueHandlers(services: ServerServices): CatalogueHandlers {
  const { codeEngines, hub, nodes, repositories, templates } = services;
  let catalogue: NodeType[] | undefined;
  return {
    listNodeTypes() {
      catalogue ??= nodes.list().map(encodeNodeType);
      return { items: catalogue };
    },

    getNodeType({ params: { type } }) {
      const definition = nodes.newest(type);
      if (definition === undefined) throw apiErrors.create('NODE_TYPE_NOT_FOUND', { params: { type } });
      return encodeNodeType(definition);
    },

    async listCodeEngines() {
      return { items: (await codeEngines.report()).map(encodeEngine) };
    },

    async listTemplates() {
      const items = (await templates.list()).map(({ name, title, description, file }) => ({
        name,
        title,
        description,
        nodeCount: file.definition.nodes.length,
      }));
      return { items };
    },

    async installTemplate({ params: { name }, caller, answerOnce }) {
      const template = await templates.read(name);
      if (template === undefined) throw apiErrors.create('TEMPLATE_NOT_FOUND', { params: { name } });
      const { file } = template;
      const workflow = {
        name: file.name,
        description: file.description,
        draft: createDraft(file.definition, nodes, '/definition'),
        template: name,
      };
      const answer = await answerOnce(async ({ workflows }) =>
        encodeWorkflowDetail(await workflows.create(toChange(caller), workflow)),
      );
      hub.workflowChanged(caller.project.id, toBareId('workflow', answer.id), 'created');
      return answer;
    },

    async listAudit({ query, caller }) {
      const page = await repositories.audit.list(caller.project.id, query);
      return { items: page.items.map(encodeAuditEntry), nextCursor: page.nextCursor };
    },

    healthLive: () => ({ status: 'ok' }),

    async healthReady({ reply }) {
      const health = await services.readHealth();
      if (health.status !== 'ok') reply.code(503);
      return health;
    },
  };
}

function encodeNodeType(definition: AnyNodeDefinition): NodeType {
  const { type, version, group, icon, name, description, docs, examples } = definition;
  // Where ports depend on the parameters, those of the defaults are shown; required parameters have none.
  const defaults = definition.parameters.safeParse({});
  const parameters = defaults.success ? defaults.data : {};
  return {
    type,
    version,
    trigger: definition.kind === 'trigger',
    group,
    icon,
    name,
    description,
    docs,
    effect: effectOf(definition),
    inputs: [...inputPortsOf(definition, parameters)],
    outputs: [...outputPortsOf(definition, parameters)],
    credentials: (definition.credentials ?? []).map((slot) => ({ ...slot, types: [...slot.types] })),
    parametersSchema: encodeJsonSchema(definition.parameters, 'input'),
    examples,
  };
}

function effectOf(definition: AnyNodeDefinition): NodeType['effect'] {
  if (definition.kind === 'trigger') return 'pure';
  return typeof definition.effect === 'function' ? null : definition.effect;
}
