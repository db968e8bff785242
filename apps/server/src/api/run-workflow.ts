/** Starts an execution by hand or by program. */
import { type Item, parseNodeParameters, type RunRequest, type WorkflowNode } from '@navette/contracts';
import { engineErrors, type NodeTypes, type VersionRecord } from '@navette/engine';
import { type JsonObject, NavetteError } from '@navette/kit';

/** The trigger that a run starts at. Throws WORKFLOW_NO_TRIGGER, or REQUEST-like issues that name it. */
export function chooseTrigger(
  version: VersionRecord,
  nodeTypes: NodeTypes,
  triggerNodeId: string | undefined,
): WorkflowNode {
  const triggers = version.definition.nodes.filter(
    (node) => !node.disabled && nodeTypes.find(node.type, node.typeVersion)?.kind === 'trigger',
  );
  if (triggerNodeId !== undefined) {
    const named = triggers.find((node) => node.id === triggerNodeId);
    if (named) return named;
    const message = `is not a trigger of this workflow; it has: ${triggers.map((node) => node.id).join(', ') || 'none'}`;
    throw engineErrors.create('WORKFLOW_NO_TRIGGER', { issues: [{ path: '/body/triggerNodeId', message }] });
  }
  const manual = triggers.filter((node) => sourceOf(node, nodeTypes) === 'manual');
  const choice = manual.length === 1 ? manual[0] : triggers.length === 1 ? triggers[0] : undefined;
  if (choice) return choice;
  if (triggers.length === 0) throw engineErrors.create('WORKFLOW_NO_TRIGGER');
  const message = `is needed, since the workflow has several triggers: ${triggers.map((node) => node.id).join(', ')}`;
  throw engineErrors.create('WORKFLOW_NO_TRIGGER', {
    message: 'The workflow has several triggers to start at',
    issues: [{ path: '/body/triggerNodeId', message }],
  });
}

/** The items that the trigger gives. Throws what the trigger says of an input that does not fit, with its fields. */
export function createTriggerItems(
  trigger: WorkflowNode,
  nodeTypes: NodeTypes,
  input: RunRequest['input'],
): Item[] {
  const type = nodeTypes.find(trigger.type, trigger.typeVersion);
  if (input === undefined && trigger.pinned !== undefined) return trigger.pinned;
  const inputs = input === undefined ? [] : Array.isArray(input) ? input : [input];
  const items = inputs.map((json): Item => ({ json: json as JsonObject }));
  if (type?.kind !== 'trigger' || !type.accept) return items;
  const parameters = parseNodeParameters(type, trigger.name, trigger.parameters);
  try {
    return type.accept(parameters, items);
  } catch (error) {
    throw addInputPath(error, Array.isArray(input));
  }
}

/** Its issues point into the list of items: "/0/total" is "/body/input/total" when the input was one object. */
function addInputPath(error: unknown, isList: boolean): unknown {
  if (!NavetteError.is(error) || !error.issues) return error;
  const { code, kind, status, retry, message, help } = error;
  const issues = error.issues.map((issue) => ({
    path: `/body/input${isList ? issue.path : issue.path.replace(/^\/0(?=\/|$)/, '')}`,
    message: issue.message,
  }));
  return new NavetteError(code, { kind, status, retry, message, help }, { message, issues, cause: error });
}

function sourceOf(node: WorkflowNode, nodeTypes: NodeTypes): string | undefined {
  const type = nodeTypes.find(node.type, node.typeVersion);
  return type?.kind === 'trigger' ? type.source : undefined;
}
