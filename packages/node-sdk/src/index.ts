export type {
  AnyNodeDefinition,
  ArtifactPort,
  CredentialData,
  CredentialType,
  HttpPort,
  HttpRequest,
  HttpResponse,
  ItemContext,
  ItemResult,
  MultipartPart,
  NodeContext,
  NodeDefinition,
  NodeExample,
  RequestAuth,
  ScheduleSpec,
  StepContext,
  StepResult,
  Suspension,
  TriggerDefinition,
  WebhookSpec,
} from '@navette/contracts';
export { nodeErrors, parseNodeParameters } from '@navette/contracts';
export { choice, showWhen } from './choice.ts';
export { defineCredentialType } from './define-credential-type.ts';
export { defineNode, defineTrigger, label } from './define-node.ts';
export { NodeRegistry } from './registry.ts';
