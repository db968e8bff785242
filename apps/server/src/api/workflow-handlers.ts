import type { WorkflowDefinition } from '@navette/contracts';
import { validateDefinition } from '@navette/engine';
import { apiErrors } from '../http/api-error.ts';
import { toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import {
  encodeVersion,
  encodeVersionDetail,
  encodeWorkflow,
  encodeWorkflowDetail,
} from './encode-workflow.ts';
import type { ServerServices } from './server-services.ts';
import { createDraft } from './workflow-drafts.ts';

type WorkflowHandlers = Pick<
  RouteHandlers,
  | 'listWorkflows'
  | 'createWorkflow'
  | 'validateWorkflow'
  | 'getWorkflow'
  | 'updateWorkflow'
  | 'deleteWorkflow'
  | 'exportWorkflow'
  | 'listVersions'
  | 'getVersion'
>;

export function createWorkflowHandlers(services: ServerServices): WorkflowHandlers {
  const { codeChecks, hub, nodes, repositories } = services;
  const { versions, versionSource, workflows } = repositories;
  const draftOf = (definition: WorkflowDefinition) => createDraft(definition, nodes, '/body/definition');
  return {
    async listWorkflows({ query, caller }) {
      const page = await workflows.list(caller.project.id, query);
      return { items: page.items.map(encodeWorkflow), nextCursor: page.nextCursor };
    },

    async createWorkflow({ body, caller, answerOnce }) {
      const { name, description, definition } = body;
      const workflow = { name, description, draft: draftOf(definition) };
      // Before the answer is made, which a repeat gets as it is.
      const codeIssues = await codeChecks.check(caller.project.id, definition);
      const answer = await answerOnce(async (creating) => ({
        ...encodeWorkflowDetail(await creating.workflows.create(toChange(caller), workflow)),
        codeIssues,
      }));
      hub.workflowChanged(caller.project.id, toBareId('workflow', answer.id), 'created');
      return answer;
    },

    async validateWorkflow({ body, caller }) {
      const issues = validateDefinition(body, nodes);
      const codeIssues = await codeChecks.check(caller.project.id, body);
      return { valid: issues.length === 0, issues, codeIssues };
    },

    async getWorkflow({ params, caller }) {
      const workflowId = toBareId('workflow', params.workflowId);
      return encodeWorkflowDetail(await workflows.read(caller.project.id, workflowId));
    },

    async updateWorkflow({ params, body, caller }) {
      const workflowId = toBareId('workflow', params.workflowId);
      const { name, description, definition, expectedDraftVersionId } = body;
      const row = await workflows.update(toChange(caller), workflowId, {
        name,
        description,
        draft: definition && draftOf(definition),
        expectedDraftVersionId: expectedDraftVersionId && toBareId('version', expectedDraftVersionId),
      });
      if (name !== undefined) versionSource.forget(workflowId);
      hub.workflowChanged(caller.project.id, row.id, 'updated');
      if (!definition) return encodeWorkflowDetail(row);
      const codeIssues = await codeChecks.check(caller.project.id, definition);
      return { ...encodeWorkflowDetail(row), codeIssues };
    },

    async deleteWorkflow({ params, caller }) {
      const workflowId = toBareId('workflow', params.workflowId);
      await workflows.delete(toChange(caller), workflowId);
      await services.reloadWebhooks();
      hub.workflowChanged(caller.project.id, workflowId, 'deleted');
    },

    async exportWorkflow({ params, query, caller, reply }) {
      const { id: projectId } = caller.project;
      const row = await workflows.read(projectId, toBareId('workflow', params.workflowId));
      const { name, description } = row;
      reply.header('content-disposition', 'attachment; filename="workflow.json"');
      if (query.target === 'draft') return { name, description, definition: row.definition };
      if (row.publishedVersionId === null) throw apiErrors.create('WORKFLOW_NOT_PUBLISHED');
      const { definition } = await versions.read(projectId, row.id, row.publishedVersionId);
      return { name, description, definition };
    },

    async listVersions({ params, query, caller }) {
      const workflowId = toBareId('workflow', params.workflowId);
      const page = await versions.list(caller.project.id, workflowId, query);
      return { items: page.items.map(encodeVersion), nextCursor: page.nextCursor };
    },

    async getVersion({ params, caller }) {
      const workflowId = toBareId('workflow', params.workflowId);
      const versionId = toBareId('version', params.versionId);
      return encodeVersionDetail(await versions.read(caller.project.id, workflowId, versionId));
    },
  };
}
