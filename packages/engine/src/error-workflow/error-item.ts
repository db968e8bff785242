/** What the trigger of an error workflow gives: everything about the failure, and none of the data that failed. */
import type { Item, PortItems } from '@navette/contracts';
import { type ErrorRecord, encodeId, type JsonObject } from '@navette/kit';
import type { NewExecution, VersionRecord } from '../ports.ts';
import type { ExecutionState, StepState } from '../state/execution-state.ts';

/** Items of the last input are given up to this size, and counted only beyond it. */
const inputLimitBytes = 256 * 1024;

export interface Failure {
  execution: NewExecution;
  version: VersionRecord;
  error: ErrorRecord;
  /** Unix milliseconds. */
  at: number;
  /** What became of the steps; undefined when the version could not be read. */
  state: ExecutionState | undefined;
  /** Where people look at the execution. */
  url: string | undefined;
  withItems: boolean;
}

/**
 * @example
 * { error: { code, message, help, kind, step, node: { id, name, type }, itemIndex },
 *   execution: { id, url, mode, retryOf, createdAt, failedAt }, workflow: { id, name, versionId },
 *   lastInput: { counts: { main: 3 }, items: null } }
 */
export function createErrorItem(failure: Failure): Item {
  const { execution, version, error, at, state, url } = failure;
  const step = state && findFailedStep(state, error);
  const node = step?.node.node;
  return {
    json: {
      error: {
        code: error.code,
        message: error.message,
        help: error.help ?? null,
        kind: error.kind,
        step: step?.path ?? null,
        node: node ? { id: node.id, name: node.name, type: node.type } : null,
        itemIndex: error.itemIndex ?? null,
      },
      execution: {
        id: encodeId('execution', execution.id),
        url: url ?? null,
        mode: execution.mode,
        retryOf: execution.retryOf === null ? null : encodeId('execution', execution.retryOf),
        createdAt: new Date(execution.createdAt).toISOString(),
        failedAt: new Date(at).toISOString(),
      },
      workflow: {
        id: encodeId('workflow', version.workflowId),
        name: version.workflowName,
        versionId: encodeId('version', version.versionId),
      },
      lastInput: state && step ? describeInput(state, step, failure.withItems) : null,
    },
  };
}

function findFailedStep(state: ExecutionState, error: ErrorRecord): StepState | undefined {
  const steps = state.steps();
  return (
    steps.findLast((step) => step.status === 'failed') ??
    steps.findLast((step) => step.node.node.id === error.nodeId)
  );
}

function describeInput(state: ExecutionState, step: StepState, withItems: boolean): JsonObject {
  const inputs = [...state.inputsOf(step)];
  const counts = Object.fromEntries(inputs.map(([port, items]) => [port, items.length]));
  const items: PortItems = Object.fromEntries(inputs.map(([port, list]) => [port, [...list]]));
  const fits = withItems && JSON.stringify(items).length <= inputLimitBytes;
  return { counts, items: fits ? (items as unknown as JsonObject) : null };
}
