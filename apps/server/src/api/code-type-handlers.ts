import { encodeId } from '@navette/kit';
import { describeNodeTypes } from '../code/describe-node-types.ts';
import { apiErrors } from '../http/api-error.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import type { ServerServices } from './server-services.ts';

export function createCodeTypeHandlers({
  nodes,
  repositories,
}: ServerServices): Pick<RouteHandlers, 'getNodeTypes'> {
  const { executions, workflows } = repositories;
  return {
    async getNodeTypes({ params, caller }) {
      const { id: projectId } = caller.project;
      const workflowId = toBareId('workflow', params.workflowId);
      const { definition } = await workflows.read(projectId, workflowId);
      const node = definition.nodes.find(({ id }) => id === params.nodeId);
      if (!node) throw apiErrors.create('NODE_NOT_FOUND', { params: { nodeId: params.nodeId } });
      const { declarations, executionIds } = await describeNodeTypes({
        definition,
        node,
        nodeTypes: nodes,
        // What executions gave is shown to those only who may read it there.
        recorded: caller.scopes.has('executions:read') ? { executions, projectId, workflowId } : undefined,
      });
      return { declarations, executionIds: executionIds.map((id) => encodeId('execution', id)) };
    },
  };
}
