/**
 * Rerun: a recorded execution runs again from a chosen step, perhaps with another input for it or in another version.
 * What came before is reused. It is done on purpose, so that its effects are new ones, under new keys.
 */
import type { Item, JournalRecord } from '@navette/contracts';
import type { EngineDeps } from '../deps.ts';
import { engineErrors } from '../errors.ts';
import { acceptItems, type CompiledNode, type CompiledWorkflow, compileWorkflow } from '../graph/compile.ts';
import { programOf } from './call-order.ts';
import { type DeriveInVersion, deriveExecution, type PreparedExecution } from './derive-execution.ts';
import { type Recording, readRecording } from './recording.ts';
import { reuseRecords } from './reuse-records.ts';
import { nodeIdOf } from './step-node.ts';

export interface RerunRequest extends DeriveInVersion {
  /** Path of the step to start with. */
  from: string;
  /** What its first input gets; for the trigger, what it gives. What it got before when left out. */
  input?: readonly Item[] | undefined;
}

/** @throws STEP_UNKNOWN, what a trigger says of an input that does not fit, what `readRecording` throws */
export async function prepareRerun(deps: EngineDeps, request: RerunRequest): Promise<PreparedExecution> {
  const { projectId, executionId, from, input, idempotencyKey } = request;
  const recording = await readRecording(deps, projectId, executionId);
  if (recording.execution.mode === 'compensation') throw engineErrors.create('COMPENSATION_RETRY_ONLY');
  const version = request.version ?? recording.version;
  const workflow = compileWorkflow(version, deps.nodeTypes);
  const { triggerNodeId } = recording.execution;
  const program = programOf(from);
  for (const part of (program ?? from).split('/').slice(0, -1)) {
    const [, loop = ''] = /^([^#]+)#\d{1,9}$/.exec(part) ?? [];
    findNode(workflow, loop, from);
  }
  const node = findNode(workflow, nodeIdOf(program ?? from), from);
  if (program !== undefined) assertCall(recording, node, from, input);
  findNode(workflow, triggerNodeId, triggerNodeId);
  const options = { kind: 'rerun', version, sameEffects: false, step: from, idempotencyKey } as const;
  const execution = deriveExecution(deps, recording, options);
  const again = new Set(recording.undone).add(from);
  const at = execution.createdAt;
  const reused = reuseRecords({ recording, definition: version.definition, again, at });
  if (node.node.id === triggerNodeId) {
    return { execution, records: [restartTrigger(recording, node, input, at), ...reused] };
  }
  if (input === undefined) return { execution, records: reused };
  // First: a step that gets an input is not skipped when what comes before it gives nothing.
  return { execution, records: [giveInput(node, from, input, at), ...withoutInput(reused, from)] };
}

function findNode(workflow: CompiledWorkflow, nodeId: string, step: string): CompiledNode {
  const node = workflow.nodes[workflow.indexById.get(nodeId) ?? -1];
  if (!node) throw engineErrors.create('STEP_UNKNOWN', { params: { step } });
  return node;
}

/** @throws STEP_UNKNOWN, PROGRAM_CALL_INPUT */
function assertCall(
  recording: Recording,
  { definition }: CompiledNode,
  step: string,
  input: readonly Item[] | undefined,
): void {
  const isMade = recording.records.some((record) => record.type === 'call-made' && record.path === step);
  if (!isMade || definition.kind !== 'node' || !definition.program)
    throw engineErrors.create('STEP_UNKNOWN', { params: { step } });
  if (input !== undefined) throw engineErrors.create('PROGRAM_CALL_INPUT', { params: { step } });
}

function restartTrigger(
  recording: Recording,
  node: CompiledNode,
  input: readonly Item[] | undefined,
  at: number,
): JournalRecord {
  const path = node.node.id;
  const recorded = recording.records.find(
    (record) => record.type === 'step-completed' && record.path === path,
  );
  const main = input === undefined ? undefined : acceptItems(node, input);
  const outputs = main ? { main } : recorded?.type === 'step-completed' ? recorded.outputs : undefined;
  if (!outputs) throw engineErrors.create('EXECUTION_DATA_GONE');
  return { type: 'step-completed', at, path, startedAt: at, attempts: 1, outputs };
}

function giveInput(node: CompiledNode, path: string, input: readonly Item[], at: number): JournalRecord {
  const port = node.inputPorts[0] ?? 'main';
  return { type: 'execution-prepared', at, inputs: [{ path, inputs: { [port]: [...input] } }] };
}

/** What an earlier rerun gave the step counts no more. */
function withoutInput(records: readonly JournalRecord[], path: string): JournalRecord[] {
  return records.map((record) =>
    record.type === 'execution-prepared' && record.inputs
      ? { ...record, inputs: record.inputs.filter((given) => given.path !== path) }
      : record,
  );
}
