/**
 * Which records of an execution a new one starts with, so that it does not do again what was done.
 *
 * U1. A reused step is complete: what had failed, was waiting or was at work begins anew.
 * U2. A step is not reused when it builds on one that is not: everything that can be reached from a step which is run
 *     again, in the old graph or the new one, is run again, but for what came before that step in a loop.
 * U3. Items of a step that is not complete are reused one by one, unless U2 says no.
 */
import type { JournalRecord, JournalRecordOf, WorkflowDefinition } from '@navette/contracts';
import type { Recording } from './recording.ts';
import { nodeIdOf } from './step-node.ts';

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
  const blocked = findBlocked(records, again, [version.definition, definition]);
  const types = new Map(definition.nodes.map((node) => [node.id, node.type]));
  const oldTypes = new Map(version.definition.nodes.map((node) => [node.id, node.type]));
  const fits = (path: string) => {
    const nodeId = nodeIdOf(path);
    return types.get(nodeId) === oldTypes.get(nodeId);
  };
  const reused: JournalRecord[] = [];
  records.forEach((record, position) => {
    if (record.type === 'execution-prepared') reused.push(record);
    if (!isReusable(record)) return;
    if (!fits(record.path) || again.has(record.path)) return;
    if (position > (blocked.get(nodeIdOf(record.path)) ?? Number.POSITIVE_INFINITY)) return;
    reused.push(toReused(record));
  });
  return reused;
}

type ReusableRecord = JournalRecordOf<'step-completed' | 'item-completed' | 'step-started'>;

/** What is done, and how a loop node goes about its passes: without that their steps would belong to nothing. */
function isReusable(record: JournalRecord): record is ReusableRecord {
  if (record.type === 'step-started') return record.passes !== undefined;
  return record.type === 'step-completed' || record.type === 'item-completed';
}

/** A copy belongs to the new execution: the message that ended a wait was taken by the old one. */
function toReused(record: ReusableRecord): JournalRecord {
  if (record.type !== 'step-completed') return record;
  const { messageId: _, ...kept } = record as typeof record & { messageId?: string };
  return { ...kept, reused: true };
}

/** From which record on the steps of a node build on one that runs again. */
function findBlocked(
  records: readonly JournalRecord[],
  again: ReadonlySet<string>,
  definitions: readonly WorkflowDefinition[],
): Map<string, number> {
  const blocked = new Map<string, number>();
  for (const path of again) {
    // -1 for a step that never ran: nothing that comes after it knew what it gives.
    const from = records.findIndex((record) => 'path' in record && record.path === path);
    for (const nodeId of listReachable(nodeIdOf(path), definitions)) {
      blocked.set(nodeId, Math.min(from, blocked.get(nodeId) ?? Number.POSITIVE_INFINITY));
    }
  }
  return blocked;
}

/** Nodes that come after a node in any of the definitions; the node itself only when a circle leads back to it. */
function listReachable(nodeId: string, definitions: readonly WorkflowDefinition[]): Set<string> {
  const next = new Map<string, string[]>();
  for (const edge of definitions.flatMap((definition) => definition.edges)) {
    const list = next.get(edge.from);
    if (list) list.push(edge.to);
    else next.set(edge.from, [edge.to]);
  }
  const reached = new Set<string>();
  const open = [...(next.get(nodeId) ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    open.push(...(next.get(at) ?? []));
  }
  return reached;
}
