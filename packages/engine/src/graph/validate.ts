/** Everything that can be known to be wrong with a definition before it runs. Pure. */
import {
  type AnyNodeDefinition,
  encodePointer,
  inputPortsOf,
  outputPortsOf,
  type WorkflowDefinition,
  type WorkflowNode,
} from '@navette/contracts';
import { compileTemplate } from '@navette/expression';
import { type Json, type JsonObject, NavetteError } from '@navette/kit';
import { checkLimits } from '../admission/check-limits.ts';
import type { NodeTypes } from '../ports.ts';
import { checkCompensation } from './check-compensation.ts';
import { checkDurability } from './check-durability.ts';
import { checkLoopSettings } from './check-loop-settings.ts';
import { guessParameters, hasTemplate } from './compile.ts';
import { findRegions, type RegionNode } from './regions.ts';
import { suggestName } from './suggest-name.ts';

export interface WorkflowIssue {
  /** JSON pointer into the definition. */
  path: string;
  message: string;
  nodeId?: string;
}

interface Ports {
  inputs: readonly string[];
  outputs: readonly string[];
}

/** An empty list means that the workflow may be saved and run. */
export function validateDefinition(definition: WorkflowDefinition, nodeTypes: NodeTypes): WorkflowIssue[] {
  const issues: WorkflowIssue[] = [];
  const names = new Map<string, number>();
  const ports = new Map<string, Ports | undefined>();
  definition.nodes.forEach((node, index) => {
    const at = `/nodes/${index}`;
    if (ports.has(node.id)) {
      issues.push({ path: `${at}/id`, message: `The id "${node.id}" is used twice`, nodeId: node.id });
    }
    if (names.has(node.name)) {
      issues.push({ path: `${at}/name`, message: `The name "${node.name}" is used twice`, nodeId: node.id });
    }
    names.set(node.name, index);
    const type = nodeTypes.find(node.type, node.typeVersion);
    if (!type) {
      issues.push({ path: `${at}/type`, message: describeUnknownType(node, nodeTypes), nodeId: node.id });
      ports.set(node.id, undefined);
      return;
    }
    const guess = guessParameters(type, node);
    ports.set(
      node.id,
      guess === undefined
        ? undefined
        : { inputs: inputPortsOf(type, guess), outputs: outputPortsOf(type, guess) },
    );
    issues.push(...checkParameters(node, type, at), ...checkCredentials(node, type, at));
    issues.push(...checkCompensation(definition, node, nodeTypes, at));
  });
  definition.nodes.forEach((node, index) => {
    const type = nodeTypes.find(node.type, node.typeVersion);
    issues.push(...checkTemplates(node, type, `/nodes/${index}/parameters`, names));
  });
  issues.push(...checkEdges(definition, ports, nodeTypes));
  issues.push(...checkLimits(definition.settings));
  issues.push(...checkDurability(definition, nodeTypes), ...checkLoopSettings(definition, nodeTypes));
  return issues;
}

function describeUnknownType(node: WorkflowNode, nodeTypes: NodeTypes): string {
  const known = nodeTypes.list().find((type) => type.type === node.type);
  if (known)
    return `Node type "${node.type}" has no version ${node.typeVersion} here; the newest is ${known.version}`;
  const like = suggestName(
    node.type,
    nodeTypes.list().map((type) => type.type),
  );
  return `There is no node type "${node.type}"${like ? `; did you mean "${like}"?` : ''}`;
}

function checkParameters(node: WorkflowNode, type: AnyNodeDefinition, at: string): WorkflowIssue[] {
  const parsed = type.parameters.safeParse(node.parameters);
  if (parsed.success) return [];
  return parsed.error.issues
    .filter(
      ({ code, path }) =>
        code === 'unrecognized_keys' ||
        literalParametersOf(type).includes(String(path[0])) ||
        !touchesTemplate(node.parameters, path),
    )
    .map((issue) => ({
      path: `${at}/parameters${encodePointer(issue.path)}`,
      message: issue.message,
      nodeId: node.id,
    }));
}

function literalParametersOf(type: AnyNodeDefinition | undefined): readonly string[] {
  return (type?.kind === 'node' && type.literalParameters) || [];
}

/** Whether a template stands at the path, above it or below it: then only the run can tell. */
function touchesTemplate(parameters: JsonObject, path: readonly PropertyKey[]): boolean {
  let value: Json | undefined = parameters;
  for (const key of path) {
    if (typeof value === 'string') return hasTemplate(value);
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return false;
    value = (value as Record<PropertyKey, Json>)[key];
  }
  return value !== undefined && hasTemplate(value);
}

function checkCredentials(node: WorkflowNode, type: AnyNodeDefinition, at: string): WorkflowIssue[] {
  const slots = type.credentials ?? [];
  const given = Object.keys(node.credentials ?? {});
  const issues: WorkflowIssue[] = given
    .filter((slot) => !slots.some((known) => known.slot === slot))
    .map((slot) => ({
      path: `${at}/credentials${encodePointer([slot])}`,
      message: `"${node.name}" has no credential slot "${slot}"`,
      nodeId: node.id,
    }));
  for (const slot of slots) {
    if (slot.required && !given.includes(slot.slot)) {
      issues.push({
        path: `${at}/credentials`,
        message: `"${node.name}" needs a credential (${slot.types.join(' or ')})`,
        nodeId: node.id,
      });
    }
  }
  return issues;
}

function checkTemplates(
  node: WorkflowNode,
  type: AnyNodeDefinition | undefined,
  at: string,
  names: ReadonlyMap<string, number>,
): WorkflowIssue[] {
  const issues: WorkflowIssue[] = [];
  const walk = (value: Json, path: string): void => {
    if (typeof value === 'string') {
      if (!value.includes('{{')) return;
      try {
        for (const name of compileTemplate(value).references.nodes) {
          if (!names.has(name)) {
            const like = suggestName(name, [...names.keys()]);
            issues.push({
              path,
              message: `The expression refers to "${name}", and no node has that name${like ? `; did you mean "${like}"?` : ''}`,
              nodeId: node.id,
            });
          }
        }
      } catch (error) {
        if (!NavetteError.is(error)) throw error;
        issues.push({ path, message: error.message, nodeId: node.id });
      }
    } else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) walk(inner, path + encodePointer([key]));
    }
  };
  const literal = literalParametersOf(type);
  for (const [key, value] of Object.entries(node.parameters))
    if (!literal.includes(key)) walk(value, at + encodePointer([key]));
  return issues;
}

function checkEdges(
  definition: WorkflowDefinition,
  ports: ReadonlyMap<string, Ports | undefined>,
  nodeTypes: NodeTypes,
): WorkflowIssue[] {
  const issues: WorkflowIssue[] = [];
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  definition.edges.forEach((edge, index) => {
    const at = `/edges/${index}`;
    const from = nodes.get(edge.from);
    const to = nodes.get(edge.to);
    if (!from) issues.push({ path: `${at}/from`, message: `There is no node with the id "${edge.from}"` });
    if (!to) issues.push({ path: `${at}/to`, message: `There is no node with the id "${edge.to}"` });
    if (!from || !to) return;
    const key = JSON.stringify([
      edge.from,
      edge.kind === 'error' ? 'error' : edge.fromPort,
      edge.to,
      edge.toPort,
    ]);
    if (seen.has(key)) issues.push({ path: at, message: `"${from.name}" and "${to.name}" are joined twice` });
    seen.add(key);
    if (edge.kind !== 'main' && edge.kind !== 'error') {
      issues.push({
        path: `${at}/kind`,
        message: `No node type here takes connections of kind "${edge.kind}"`,
      });
      return;
    }
    const outputs = ports.get(from.id)?.outputs;
    if (edge.kind === 'error') {
      if (from.settings.onError !== 'error-port') {
        issues.push({
          path: at,
          message: `An error edge leaves "${from.name}", so its setting onError must be "error-port"`,
          nodeId: from.id,
        });
      }
    } else if (outputs && !outputs.includes(edge.fromPort)) {
      issues.push({
        path: `${at}/fromPort`,
        message: `"${from.name}" has no output "${edge.fromPort}"; it has ${outputs.join(', ')}`,
      });
    }
    const inputs = ports.get(to.id)?.inputs;
    if (inputs && inputs.length === 0) {
      const type = nodeTypes.find(to.type, to.typeVersion);
      const what = type?.kind === 'trigger' ? 'is a trigger and' : '';
      issues.push({ path: `${at}/to`, message: `"${to.name}" ${what} takes no input`.replace('  ', ' ') });
    } else if (inputs && !inputs.includes(edge.toPort)) {
      issues.push({
        path: `${at}/toPort`,
        message: `"${to.name}" has no input "${edge.toPort}"; it has ${inputs.join(', ')}`,
      });
    }
  });
  issues.push(...findRegions(definition, listLoops(definition, nodeTypes)).issues);
  return issues;
}

function listLoops(definition: WorkflowDefinition, nodeTypes: NodeTypes): Map<string, RegionNode> {
  const loops = new Map<string, RegionNode>();
  for (const node of definition.nodes) {
    const type = nodeTypes.find(node.type, node.typeVersion);
    if (type?.kind === 'node' && type.passes) loops.set(node.id, type.passes);
  }
  return loops;
}
