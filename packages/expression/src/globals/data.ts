import { expressionErrors } from '../errors.ts';
import { createNow } from '../methods/create-date-time.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { NativeFunction } from '../runtime/values.ts';
import { createExecution, createPrevNode, createVariables } from './data-records.ts';
import {
  createInputView,
  createItemView,
  createNodeIndex,
  createNodeReference,
  listItems,
} from './data-views.ts';

type ReadGlobal = (evaluation: Evaluation) => unknown;

/** Names that read the scope: nothing is looked up before it is used. */
export const dataGlobals: Record<string, ReadGlobal> = {
  $json: ({ scope }) => scope.json,
  $data: ({ scope }) => scope.json,
  $binary: ({ scope }) => scope.binary,
  $input: createInputView,
  $: () => nodeFunction,
  $node: createNodeIndex,
  $items: () => itemsFunction,
  $item: () => itemFunction,
  $thisItem: ({ scope }) => scope.items()[scope.itemIndex],
  $itemIndex: ({ scope }) => scope.itemIndex,
  $thisItemIndex: ({ scope }) => scope.itemIndex,
  $position: ({ scope }) => scope.itemIndex,
  $runIndex: ({ scope }) => scope.runIndex,
  $thisRunIndex: ({ scope }) => scope.runIndex,
  $prevNode: createPrevNode,
  $workflow: ({ scope }) => ({ ...scope.workflow }),
  $execution: createExecution,
  $executionId: ({ scope }) => scope.execution.id,
  $resumeWebhookUrl: ({ scope }) => scope.execution.resumeUrl,
  $mode: ({ scope }) => (scope.extras?.has('$mode') ? scope.extras.get('$mode') : scope.execution.mode),
  $parameter: ({ scope }) => scope.self?.params,
  $nodeId: ({ scope }) => scope.self?.id,
  $nodeVersion: ({ scope }) => scope.self?.typeVersion,
  $webhookId: ({ scope }) => scope.self?.webhookId,
  $vars: (evaluation) => createVariables('$vars', evaluation.scope.vars),
  $env: (evaluation) => {
    const { env } = evaluation.scope;
    if (env === undefined) throw expressionErrors.create('EXPRESSION_ENV_DENIED');
    return createVariables('$env', env);
  },
  $now: createNow,
  $today: (evaluation) => createNow(evaluation).startOf('day'),
};

const nodeFunction = new NativeFunction('$', createNodeReference);
const itemsFunction = new NativeFunction('$items', listItems);
const itemFunction = new NativeFunction('$item', createItemView);
