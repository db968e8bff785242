/** How a step came out, and what its node's settings make of an error or of nothing at all. */
import type {
  CollectedPasses,
  DoubtResolution,
  Item,
  PassPlan,
  PortItems,
  StepLog,
  Suspension,
  WebhookResponse,
} from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import type { CompiledNode } from '../graph/compile.ts';
import { createFailedItem } from '../state/failed-item.ts';
import { encodeOutputs, linkByCount } from './step-output.ts';

export type StepOutcome =
  | {
      kind: 'completed';
      attempts: number;
      outputs: PortItems;
      logs: StepLog[];
      /** The outputs are what the passes gave. */
      collected?: CollectedPasses;
      response?: WebhookResponse;
      error?: ErrorRecord;
      pinned?: true;
      /** The message that ended its wait. */
      messageId?: string;
    }
  | { kind: 'failed'; attempts: number; error: ErrorRecord; logs: StepLog[] }
  | { kind: 'suspended'; attempt: number; suspension: Suspension; items: readonly Item[] }
  /** What was in flight at a crash, of a node that has a person say what became of it. `items`: see AwaitedMessage. */
  | { kind: 'in-doubt'; items: number[] | undefined; begunAt: number | undefined }
  /** A person has said so. */
  | { kind: 'resolved'; messageId: string; resolution: DoubtResolution }
  /** A program can only wait for its calls: it runs again when one of them has ended. */
  | { kind: 'parked' }
  /** A loop node begins its passes. */
  | { kind: 'opened'; plan: PassPlan }
  /** A loop node sends these of the items that came back from a pass into another one. */
  | { kind: 'decided'; pass: number; goOn: number[] };

/** An error of the whole step under the node's onError setting. */
export function settleError(
  node: CompiledNode,
  items: readonly Item[],
  failure: { attempts: number; error: ErrorRecord; logs: StepLog[] },
): StepOutcome {
  const error = locateError(node, failure.error);
  if (node.node.settings.onError === 'stop')
    return { kind: 'failed', attempts: failure.attempts, error, logs: failure.logs };
  const failed = items.length > 0 ? items : [{ json: {} }];
  const outputs = {
    [errorPortOf(node)]: failed.map((item, index) => createFailedItem(item, error, { item: index })),
  };
  return { kind: 'completed', attempts: failure.attempts, outputs, logs: failure.logs, error };
}

export function completeWith(
  node: CompiledNode,
  attempts: number,
  outputs: PortItems,
  items: readonly Item[],
  logs: StepLog[],
): Extract<StepOutcome, { kind: 'completed' }> {
  const empty = Object.values(outputs).every((list) => list.length === 0);
  if (empty && node.node.settings.continueEmpty) {
    const link = items.map((_, item) => ({ item }));
    return {
      kind: 'completed',
      attempts,
      outputs: { [firstOutputOf(node)]: [{ json: {}, pairedItem: link }] },
      logs,
    };
  }
  const linked =
    attempts === 0 ? encodeOutputs(node.node.name, new Map(), outputs, linkByCount(items)) : outputs;
  return { kind: 'completed', attempts, outputs: linked, logs };
}

export function firstOutputOf(node: CompiledNode): string {
  return node.outputPorts[0] ?? 'main';
}

export function errorPortOf(node: CompiledNode): string {
  return node.node.settings.onError === 'error-port' ? 'error' : firstOutputOf(node);
}

export function locateError(node: CompiledNode, error: ErrorRecord): ErrorRecord {
  return { ...error, nodeId: node.node.id, nodeName: node.node.name };
}
