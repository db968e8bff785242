/**
 * Which records of an execution a new one starts with, so that it does not do again what was done.
 *
 * U1. A reused step is complete: what had failed, was waiting or was at work begins anew.
 * U2. A step is not reused when it builds on one that is run again, in the old graph or the new one.
 * U3. Items of a step that is not complete are reused one by one, unless U2 says no.
 * U4. A loop node in whose passes something runs again has begun and has not ended.
 */
import type { JournalRecord, JournalRecordOf, PassPlan, WorkflowDefinition } from '@navette/contracts';
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
}

export function reuseRecords({ recording, definition, again, until }: ReuseOptions): JournalRecord[] {
  const { version } = recording;
  const records = until === undefined ? recording.records : recording.records.slice(0, until);
  const order = new StepOrder([version.definition, definition], listPlans(records));
  const types = new Map(definition.nodes.map((node) => [node.id, node.type]));
  const oldTypes = new Map(version.definition.nodes.map((node) => [node.id, node.type]));
  const reused: JournalRecord[] = [];
  for (const record of records) {
    if (record.type === 'execution-prepared') reused.push(record);
    if (!isReusable(record)) continue;
    const nodeId = nodeIdOf(record.path);
    if (types.get(nodeId) !== oldTypes.get(nodeId)) continue;
    if (![...again].some((path) => isOverturned(order, record, path))) reused.push(toReused(record));
  }
  return reused;
}

type ReusableRecord = JournalRecordOf<'step-completed' | 'item-completed' | 'step-started'>;

/** What is done, and how a loop node goes about its passes: without that their steps would belong to nothing. */
function isReusable(record: JournalRecord): record is ReusableRecord {
  if (record.type === 'step-started') return record.passes !== undefined;
  return record.type === 'step-completed' || record.type === 'item-completed';
}

/** Whether a record holds no more when the step at `path` runs again. */
function isOverturned(order: StepOrder, record: ReusableRecord, path: string): boolean {
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
  if (record.type === 'item-completed') return { ...record, reused: true };
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
