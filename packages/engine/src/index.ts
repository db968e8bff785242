export { applyLimits } from './admission/apply-limits.ts';
export type { ExecutionLimits, TriggerGate } from './admission/execution-limits.ts';
export type { ProjectBound } from './admission/project-bound.ts';
export { QueueBounds, type QueueBoundsOptions } from './admission/queue-bounds.ts';
export type { Awaited, Started } from './awaited.ts';
export { compensationIdOf } from './compensation/queue-compensation.ts';
export type { EngineDeps } from './deps.ts';
export { type Claimed, Engine, type EngineOptions, type StartRequest } from './engine.ts';
export { engineErrors } from './errors.ts';
export { findKeyed } from './find-keyed.ts';
export { type CompiledWorkflow, compileWorkflow } from './graph/compile.ts';
export { validateDefinition, type WorkflowIssue } from './graph/validate.ts';
export { toJson } from './json-value.ts';
export type { LinkSource, LinkTarget } from './link-source.ts';
export type {
  CorrelatedWait,
  DeliverResult,
  MailChange,
  Message,
  MessageStore,
  MessageWait,
  NewApproval,
  NewMessage,
  Wake,
} from './message-store.ts';
export type {
  ClaimedExecution,
  ClaimOptions,
  CommitListener,
  CredentialSource,
  DerivedExecution,
  Dispatcher,
  ExecutionOutcome,
  ExecutionStore,
  Handover,
  JournalWrite,
  NewExecution,
  NodeTypes,
  StepConsoles,
  StepPorts,
  VersionRecord,
  VersionSource,
  WriteResult,
} from './ports.ts';
export { Post, type SignalToSend } from './post.ts';
export { type ReplayDeps, type ReplayRequest, replayExecution } from './replay/replay-execution.ts';
export { nodeIdOf } from './replay/step-node.ts';
export { ExecutionState } from './state/execution-state.ts';
export { foldJournal, viewDoubt, viewStepData, viewSteps } from './state/view.ts';
