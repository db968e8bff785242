/**
 * Checks the code of a workflow: what the server finds out about it, and the types of each step. The types of what comes
 * into a step are those of the workflow of that name on the server.
 */
import { type CodeIssue, routes, type WorkflowFile, type WorkflowNode } from '@navette/contracts';
import type { ApiClient } from '../api/api-client.ts';
import { ApiProblem } from '../api/api-problem.ts';
import { checkProgram, type ProgramIssue } from './check-program.ts';
import { checkStep } from './check-step.ts';
import type { ProgramLanguage } from './program-file.ts';

export interface WorkflowCodeIssue {
  severity: 'error' | 'warning';
  /** Undefined where it is about the workflow as a whole. */
  nodeId: string | undefined;
  node: string | undefined;
  line: number | undefined;
  column: number | undefined;
  code: string;
  message: string;
}

export interface WorkflowCheck {
  issues: WorkflowCodeIssue[];
  /** Names of nodes whose types were not checked, since the server does not have them. */
  untyped: string[];
}

export interface WorkflowCheckOptions {
  api: ApiClient;
  file: Pick<WorkflowFile, 'definition'>;
  /** The same workflow on the server; undefined when it has none of that name. */
  workflowId: string | undefined;
  signal: AbortSignal;
}

/** @throws CLI_CHECKER_MISSING, Interrupted, and what the server refuses */
export async function checkWorkflow(options: WorkflowCheckOptions): Promise<WorkflowCheck> {
  const { api, file } = options;
  const { codeIssues, issues } = await api.call(routes.validateWorkflow, { body: file.definition });
  const names = new Map(file.definition.nodes.map(({ id, name }) => [id, name]));
  const found: WorkflowCodeIssue[] = [
    ...issues.map(({ message, nodeId, path }) => ({
      ...{ severity: 'error' as const, code: 'WORKFLOW_INVALID', message: `${path} ${message}` },
      ...{ nodeId, node: nodeId && names.get(nodeId), line: undefined, column: undefined },
    })),
    ...codeIssues.map((issue) => toIssue(issue, names)),
  ];
  const untyped: string[] = [];
  const unreadable = new Set(codeIssues.map(({ nodeId }) => nodeId));
  for (const node of file.definition.nodes) {
    if (unreadable.has(node.id)) continue;
    const mistakes = await checkNode(node, options);
    if (mistakes === 'untyped') untyped.push(node.name);
    else
      for (const mistake of mistakes) {
        found.push({ severity: 'error', nodeId: node.id, node: node.name, ...mistake });
      }
  }
  return { issues: found, untyped };
}

function toIssue(issue: CodeIssue, names: ReadonlyMap<string, string>): WorkflowCodeIssue {
  const { code, column, help, line, message, nodeId, severity } = issue;
  const words = help ? `${message}. ${help}` : message;
  return { severity, nodeId, node: names.get(nodeId) ?? nodeId, line, column, code, message: words };
}

async function checkNode(
  node: WorkflowNode,
  options: WorkflowCheckOptions,
): Promise<ProgramIssue[] | 'untyped'> {
  const { signal } = options;
  const { language, source } = node.parameters;
  if (typeof source !== 'string' || node.disabled) return [];
  if (node.type === 'program') {
    const chosen: ProgramLanguage = language === 'javascript' ? 'javascript' : 'typescript';
    return checkProgram({ source, language: chosen, signal });
  }
  if (node.type !== 'code' || language === 'python') return [];
  const declarations = await readDeclarations(node.id, options);
  if (declarations === undefined) return 'untyped';
  const chosen: ProgramLanguage = language === 'typescript' ? 'typescript' : 'javascript';
  return checkStep({ source, language: chosen, declarations, signal });
}

/** Undefined when the server does not have the node. */
async function readDeclarations(
  nodeId: string,
  { api, workflowId }: WorkflowCheckOptions,
): Promise<string | undefined> {
  if (workflowId === undefined) return undefined;
  try {
    const { declarations } = await api.call(routes.getNodeTypes, { params: { workflowId, nodeId } });
    return declarations;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'NODE_NOT_FOUND') return undefined;
    throw error;
  }
}
