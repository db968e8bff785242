import type { Route } from './route.ts';
import * as approvals from './routes/approvals.ts';
import { listCodeEngines } from './routes/code-engines.ts';
import * as deadLetters from './routes/dead-letters.ts';
import * as executions from './routes/executions.ts';
import { getMetrics } from './routes/metrics.ts';
import * as policies from './routes/policies.ts';
import * as queue from './routes/queue.ts';
import * as replay from './routes/replay.ts';
import * as resources from './routes/resources.ts';
import * as retention from './routes/retention.ts';
import * as session from './routes/session.ts';
import * as signals from './routes/signals.ts';
import * as workflows from './routes/workflows.ts';

/** Every operation of the API by area; `routeList` is the whole of it, in the order of the docs. */
export const routes = {
  // session and health
  getSetup: session.getSetup,
  createOwner: session.createOwner,
  signIn: session.signIn,
  getSession: session.getSession,
  signOut: session.signOut,
  createProject: session.createProject,
  healthLive: session.healthLive,
  healthReady: session.healthReady,
  getMetrics,
  // workflows
  listWorkflows: workflows.listWorkflows,
  createWorkflow: workflows.createWorkflow,
  validateWorkflow: workflows.validateWorkflow,
  getWorkflow: workflows.getWorkflow,
  updateWorkflow: workflows.updateWorkflow,
  deleteWorkflow: workflows.deleteWorkflow,
  exportWorkflow: workflows.exportWorkflow,
  publishWorkflow: workflows.publishWorkflow,
  unpublishWorkflow: workflows.unpublishWorkflow,
  getNodeTypes: workflows.getNodeTypes,
  listVersions: workflows.listVersions,
  getVersion: workflows.getVersion,
  runWorkflow: workflows.runWorkflow,
  listWebhooks: session.listWebhooks,
  listTemplates: workflows.listTemplates,
  installTemplate: workflows.installTemplate,
  // executions
  listExecutions: executions.listExecutions,
  getExecution: executions.getExecution,
  getStepData: executions.getStepData,
  getStepPolicy: policies.getStepPolicy,
  cancelExecution: executions.cancelExecution,
  resolveStep: executions.resolveStep,
  retryExecution: executions.retryExecution,
  rerunExecution: replay.rerunExecution,
  forkExecution: replay.forkExecution,
  listDerivedExecutions: replay.listDerivedExecutions,
  listExecutionArtifacts: executions.listExecutionArtifacts,
  sendSignal: signals.sendSignal,
  sendWorkflowSignal: signals.sendWorkflowSignal,
  streamExecution: executions.streamExecution,
  streamProject: executions.streamProject,
  // dead letters and replays
  listDeadLetters: deadLetters.listDeadLetters,
  countDeadLetters: deadLetters.countDeadLetters,
  retryDeadLetters: deadLetters.retryDeadLetters,
  dismissDeadLetters: deadLetters.dismissDeadLetters,
  createReplay: replay.createReplay,
  listReplays: replay.listReplays,
  getReplay: replay.getReplay,
  listReplayResults: replay.listReplayResults,
  stopReplay: replay.stopReplay,
  // approvals
  listApprovals: approvals.listApprovals,
  getApproval: approvals.getApproval,
  decideApproval: approvals.decideApproval,
  readLinkedApproval: approvals.readLinkedApproval,
  decideLinkedApproval: approvals.decideLinkedApproval,
  // queue
  enqueueExecution: queue.enqueueExecution,
  getQueue: queue.getQueue,
  getQueueJob: queue.getQueueJob,
  cancelQueueJob: queue.cancelQueueJob,
  retryQueueJob: queue.retryQueueJob,
  getQueueMetrics: queue.getQueueMetrics,
  pauseQueue: queue.pauseQueue,
  resumeQueue: queue.resumeQueue,
  cleanQueue: queue.cleanQueue,
  getQueueHealth: queue.getQueueHealth,
  listWorkers: queue.listWorkers,
  // the rest
  listNodeTypes: resources.listNodeTypes,
  getNodeType: resources.getNodeType,
  listCodeEngines,
  listArtifacts: resources.listArtifacts,
  getArtifact: resources.getArtifact,
  downloadArtifact: resources.downloadArtifact,
  uploadArtifact: resources.uploadArtifact,
  listCredentialTypes: resources.listCredentialTypes,
  listCredentials: resources.listCredentials,
  createCredential: resources.createCredential,
  updateCredential: resources.updateCredential,
  deleteCredential: resources.deleteCredential,
  listApiKeys: resources.listApiKeys,
  createApiKey: resources.createApiKey,
  revokeApiKey: resources.revokeApiKey,
  listAudit: resources.listAudit,
  getRetention: retention.getRetention,
  listPolicies: policies.listPolicies,
};

export type RouteId = keyof typeof routes;
export const routeList: readonly Route[] = Object.values(routes);
