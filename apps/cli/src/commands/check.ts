import { routes, type WorkflowFile, workflowFileSchema } from '@navette/contracts';
import { findWorkflow, listByName } from '../api/find-workflow.ts';
import { type Command, type CommandContext, jsonOption } from '../command/command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { checkProgram } from '../program/check-program.ts';
import { checkWorkflow } from '../program/check-workflow.ts';
import { languageOf, requireLanguage } from '../program/program-file.ts';
import { renderIssues } from '../program/render-issues.ts';
import { renderWorkflowCheck } from '../program/render-workflow-check.ts';
import { readSource, readWorkflowFile } from './read-json.ts';

export const check: Command = {
  words: ['check'],
  summary: 'Check a coded workflow, or the code of a workflow, before it runs',
  description: [
    'Of a program (.ts, .js) node types, their parameters and everything else of `ctx` are checked with the types that',
    '`navette types` writes; it needs no server. The parameters (ctx, input) need no types of their own.',
    '',
    'Of a workflow, by its name or as an exported file (.json), the server reads the code of each node, and the types of',
    'JavaScript and TypeScript are checked against what came into the node in the latest executions there, found by the name',
    'of the workflow. Nothing is run or written. Exit code 1: there are mistakes.',
  ].join('\n'),
  arguments: [
    {
      name: 'FILE|NAME',
      help: 'a coded workflow (.ts, .js), a workflow file (.json, or - for standard input), or a workflow by name or id',
      required: true,
      completion: 'file',
    },
  ],
  options: [jsonOption],
  local: ([subject = '']) => isProgram(subject),
  examples: [
    ['navette check ./order-intake.ts', 'Check a program'],
    ['navette check "Order report"', 'Check the code of a draft on the server'],
    ['navette check ./report.json --json', 'That of a file, for a script: {"issues": […]}'],
  ],
  async run(context) {
    const subject = context.arguments[0]!;
    return isProgram(subject) ? checkFile(context, subject) : checkNodes(context, subject);
  },
};

/** What looks like a path, "./intake.py" or "intake.txt", and is no workflow file has to be a program. */
function isProgram(subject: string): boolean {
  if (subject === '-' || isWorkflowFile(subject)) return false;
  return languageOf(subject) !== undefined || /[/\\]|^\S+\.[a-z]{1,4}$/i.test(subject);
}

function isWorkflowFile(subject: string): boolean {
  return subject === '-' || subject.toLowerCase().endsWith('.json');
}

async function checkFile({ terminal, signal, flag }: CommandContext, path: string): Promise<ExitCode> {
  const language = requireLanguage(path);
  const source = await readSource(path, terminal.stdin);
  const issues = await checkProgram({ source, language, signal });
  if (flag('json')) terminal.printJson({ issues });
  else if (issues.length === 0) terminal.note(`${path}: no mistakes`);
  else for (const line of renderIssues(path, issues, terminal.style)) terminal.print(line);
  return issues.length === 0 ? exitCodes.ok : exitCodes.failed;
}

async function checkNodes(context: CommandContext, subject: string): Promise<ExitCode> {
  const { api, signal, terminal, flag } = context;
  const { file, workflowId } = await readSubject(context, subject);
  const result = await checkWorkflow({ api, file, workflowId, signal });
  const isMistaken = result.issues.some(({ severity }) => severity === 'error');
  if (flag('json')) terminal.printJson({ issues: result.issues });
  else {
    for (const line of renderWorkflowCheck(result, terminal.style)) terminal.print(line);
    for (const name of result.untyped)
      terminal.note(`${name}: its types were not checked, since the server does not have it`);
    if (!isMistaken) terminal.note(`${file.name}: no mistakes`);
  }
  return isMistaken ? exitCodes.failed : exitCodes.ok;
}

async function readSubject(
  { api, terminal }: CommandContext,
  subject: string,
): Promise<{
  file: WorkflowFile;
  workflowId: string | undefined;
}> {
  if (isWorkflowFile(subject)) {
    const file = await readWorkflowFile(subject, terminal.stdin);
    const [found, ...others] = await listByName(api, file.name);
    return { file, workflowId: others.length === 0 ? found?.id : undefined };
  }
  const { id } = await findWorkflow(api, subject);
  const exported = await api.call(routes.exportWorkflow, {
    params: { workflowId: id },
    query: { target: 'draft' },
  });
  return { file: workflowFileSchema.parse(exported), workflowId: id };
}
