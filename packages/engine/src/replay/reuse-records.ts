/**
 * Which records of an execution a new one starts with, so that it does not do again what was done.
 *
 * U1. A reused step is complete: what had failed, was waiting or was at work begins anew.
 * U2. A step is not reused when it builds on one that is run again, in the old graph or the new one.
 * U3. Items of a step that is not complete are reused one by one, unless U2 says no.
 * U4. A loop node in whose passes something runs again has begun and has not ended.
 * U5. A program that runs again began when it did, with the same chance, and keeps the calls that build on none that is made
 *     again. A call that failed is kept where the program heard of it and made other calls: its course goes on from there.
 */
import type {
  JournalRecord,
  JournalRecordOf,
  PassPlan,
  ProgramStart,
  WorkflowDefinition,
} from '@navette/contracts';
import { deriveUuid } from '@navette/kit';
import { CallOrder, programOf } from './call-order.ts';
import type { Recording } from './recording.ts';
import { nodeIdOf } from './step-node.ts';
import { StepOrder } from './step-order.ts';

interface ReuseOptions {
  recording: Recording;
  /** The definition that the new execution runs. */
  definition: WorkflowDefinition;
  /** Paths of the steps that are to run again. */
  again: ReadonlySet<string>;
  /** How many records count; all of them by default. */
  until?: number;
  /** When the new execution is made. */
  at: number;
}

export function reuseRecords({ recording, definition, again, until, at }: ReuseOptions): JournalRecord[] {
  const { version } = recording;
  const records = until === undefined ? recording.records : recording.records.slice(0, until);
  const order = new StepOrder([version.definition, definition], listPlans(records));
  const calls = new CallOrder(records);
  const types = new Map(definition.nodes.map((node) => [node.id, node.type]));
  const oldTypes = new Map(version.definition.nodes.map((node) => [node.id, node.type]));
  const isOverturned = (record: ReusableRecord) =>
    [...again].some((path) => mustRunAgain({ order, calls }, record, path));
  const kept = new Set<JournalRecord>();
  const keptPaths = new Set<string>();
  for (const record of records) {
    if (!isReusable(record, calls)) continue;
    const isPart = record.type === 'item-completed' && programOf(record.path) !== undefined;
    // Another program may not make the call any more: it would be completed all the same.
    if (isPart && definition !== version.definition) continue;
    const nodeId = nodeIdOf(programOf(record.path) ?? record.path);
    if (types.get(nodeId) !== oldTypes.get(nodeId) || isOverturned(record)) continue;
    kept.add(record);
    keptPaths.add(record.path);
  }
  const begun = new Set<string>();
  const reused: JournalRecord[] = [];
  for (const record of records) {
    if (record.type === 'execution-prepared') reused.push(record);
    // A call that is made again says so itself.
    if (record.type === 'call-made' && keptPaths.has(record.path)) {
      const program = programOf(record.path)!;
      if (!begun.has(program)) reused.push(beginProgram(recording, program, at));
      begun.add(program);
      reused.push(record);
    }
    if (kept.has(record)) reused.push(toReused(record as ReusableRecord));
  }
  return reused;
}

/** See U5. */
function beginProgram({ execution, records }: Recording, path: string, at: number): JournalRecord {
  let start: ProgramStart | undefined;
  for (const record of records) {
    if (record.type !== 'step-started' || record.path !== path) continue;
    start = record.program ?? { now: record.at, seed: deriveUuid(execution.rootId, path, 'seed') };
    break;
  }
  if (!start) throw new Error(`The program at ${path} made calls and never began`);
  return { type: 'step-started', at, path, attempt: 1, program: start };
}

type ReusableRecord = JournalRecordOf<'step-completed' | 'step-failed' | 'item-completed' | 'step-started'>;

/** What is done, and how a loop node goes about its passes: without that their steps would belong to nothing. */
function isReusable(record: JournalRecord, calls: CallOrder): record is ReusableRecord {
  if (record.type === 'step-failed')
    return programOf(record.path) !== undefined && calls.isHeard(record.path);
  if (record.type === 'step-started') return record.passes !== undefined;
  return record.type === 'step-completed' || record.type === 'item-completed';
}

/** Whether a record holds no more when the step at `path` runs again. */
function mustRunAgain(
  { order, calls }: { order: StepOrder; calls: CallOrder },
  record: ReusableRecord,
  path: string,
): boolean {
  const program = programOf(path);
  if (program !== undefined && programOf(record.path) === program) return calls.buildsOn(record.path, path);
  const pass = order.passOf(record.path, path);
  if (pass !== undefined) {
    if (record.type === 'step-started') return false;
    if (record.type === 'item-completed') return order.passBuildsOn(record.path, record.item, pass);
  }
  return order.buildsOn(record.path, path);
}

/** A copy belongs to the new execution: the message that ended a wait was taken by the old one. */
function toReused(record: ReusableRecord): JournalRecord {
  if (record.type === 'step-started') return record;
  if (record.type !== 'step-completed') return { ...record, reused: true };
  const { messageId: _, ...kept } = record;
  return { ...kept, reused: true };
}

function listPlans(records: readonly JournalRecord[]): Map<string, PassPlan> {
  const plans = new Map<string, PassPlan>();
  for (const record of records) {
    if (record.type === 'step-started' && record.passes) plans.set(record.path, record.passes);
  }
  return plans;
}
