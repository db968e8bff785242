import { encodeId } from '@navette/kit';
import type { LiveWebhook } from '@navette/store';
import { toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import { encodeWorkflowDetail } from './encode-workflow.ts';
import { listLiveTriggers } from './live-triggers.ts';
import type { ServerServices } from './server-services.ts';
import { assertCodeReads, assertValidDefinition } from './workflow-drafts.ts';

type PublicationHandlers = Pick<RouteHandlers, 'publishWorkflow' | 'unpublishWorkflow' | 'listWebhooks'>;

export function createPublicationHandlers(services: ServerServices): PublicationHandlers {
  const { codeChecks, hub, nodes, repositories, settings } = services;
  const { publications, versions, workflows } = repositories;
  return {
    async publishWorkflow({ params, body, caller }) {
      const { id: projectId } = caller.project;
      const workflowId = toBareId('workflow', params.workflowId);
      const versionId = body.versionId
        ? toBareId('version', body.versionId)
        : (await workflows.read(projectId, workflowId)).draftVersionId;
      const { definition } = await versions.read(projectId, workflowId, versionId);
      // It was valid when it was saved, perhaps by a product that had other node types.
      assertValidDefinition(definition, nodes, '/body/definition');
      assertCodeReads(await codeChecks.check(projectId, definition), '/body/definition');
      const triggers = listLiveTriggers(definition, nodes, Date.now());
      await publications.publish(toChange(caller), { workflowId, versionId, ...triggers });
      await services.reloadWebhooks();
      hub.workflowChanged(projectId, workflowId, 'published');
      return encodeWorkflowDetail(await workflows.read(projectId, workflowId));
    },

    async unpublishWorkflow({ params, caller }) {
      const { id: projectId } = caller.project;
      const workflowId = toBareId('workflow', params.workflowId);
      await publications.unpublish(toChange(caller), workflowId);
      await services.reloadWebhooks();
      hub.workflowChanged(projectId, workflowId, 'unpublished');
      return encodeWorkflowDetail(await workflows.read(projectId, workflowId));
    },

    async listWebhooks({ caller }) {
      const rows = await publications.listWebhooks(caller.project.id);
      const groups = Map.groupBy(rows, (row) => `${row.workflowId} ${row.nodeId} ${row.path}`);
      return { items: [...groups.values()].map((group) => encodeWebhook(group, settings.publicUrl)) };
    },
  };
}

/** The methods of one node at one path. */
function encodeWebhook(rows: readonly LiveWebhook[], publicUrl: string) {
  const { workflowId, nodeId, path } = rows[0]!;
  return {
    workflowId: encodeId('workflow', workflowId),
    nodeId,
    methods: rows.map((row) => row.method),
    path: `/webhook/${path}`,
    url: `${publicUrl}/webhook/${path}`,
  };
}
