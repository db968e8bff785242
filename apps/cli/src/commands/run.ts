import { existsSync } from 'node:fs';
import { routes } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { findWorkflow } from '../api/find-workflow.ts';
import { type Command, type CommandContext, jsonOption } from '../command/command.ts';
import { createUsageError } from '../command/parse-command-line.ts';
import { exitCodes } from '../exit-code.ts';
import { formatText } from '../output/format.ts';
import { watchExecution } from '../progress/watch-execution.ts';
import { importWorkflow } from './import-workflow.ts';
import { readInput, readWorkflowFile } from './read-json.ts';

export const run: Command = {
  words: ['run'],
  summary: 'Start a workflow, from the server or from a file',
  description: [
    'FILE is a workflow file, or a coded workflow (.ts, .js), which is named after its file: what has a slash in it,',
    'ends like one of these or exists as a file. It is imported first: the workflow of that name gets its definition,',
    'or is created. NAME is a workflow on the server, by name or id.',
    '',
    'With --watch the exit code is 0 when the execution succeeds and 1 when it fails or is cancelled. A server that',
    'stops meanwhile is waited for; the execution goes on when it is back. Ctrl-C stops the watching only.',
    '',
    'With --json and --watch each line is an event {"id", "record"}; the last line is {"execution"}.',
  ].join('\n'),
  arguments: [
    {
      name: 'FILE|NAME',
      help: 'a workflow file or coded workflow, or the name or id of a workflow',
      required: true,
      completion: 'file',
    },
  ],
  options: [
    {
      name: 'input',
      short: 'i',
      value: 'JSON|@FILE',
      help: 'what the trigger gives: an object or a list of objects; @- reads standard input',
    },
    {
      name: 'target',
      value: 'draft|published',
      help: 'which version to run (default: draft)',
      completion: ['draft', 'published'],
    },
    { name: 'trigger', value: 'NODE', help: 'the id of the trigger to start at, when there are several' },
    { name: 'watch', short: 'w', help: 'show the steps as they happen, until the end' },
    jsonOption,
  ],
  examples: [
    ['navette run "Monthly weather report" --watch', 'Run a workflow and watch it'],
    ['navette run ./report.json --input \'{"month": 3}\'', 'Import a file and start it with an input'],
    ['navette run ./order-intake.ts --watch', 'Run a coded workflow and watch its calls'],
    [
      'navette run Orders --input @orders.json --target published --json',
      'Start the published version from a script',
    ],
  ],
  async run(context) {
    const { api, terminal, signal } = context;
    const target = parseTarget(context.option('target'));
    const input = await readInput(context.option('input'), terminal.stdin);
    const workflow = await chooseWorkflow(context);
    const trigger = context.option('trigger');
    const { executionId } = await api.call(
      routes.runWorkflow,
      {
        params: { workflowId: workflow.id },
        body: {
          target,
          ...(input === undefined ? {} : { input }),
          ...(trigger === undefined ? {} : { triggerNodeId: trigger }),
        },
      },
      { signal, idempotencyKey: createUuid() },
    );
    return showStarted(context, executionId, workflow.name);
  },
};

/** Says what was started, or follows it with --watch. */
export async function showStarted(context: CommandContext, executionId: string, workflowName: string) {
  const { terminal } = context;
  const json = context.flag('json');
  if (context.flag('watch')) {
    if (!json) terminal.print(`${formatText(workflowName)}  ${terminal.style.dim(executionId)}`);
    return watchExecution(context, { executionId, view: json ? 'json' : 'live' });
  }
  if (json) {
    terminal.printJson({ executionId });
  } else {
    terminal.print(`Started ${executionId} (${formatText(workflowName)})`);
    terminal.print(terminal.style.dim(`  navette executions logs ${executionId} --follow`));
  }
  return exitCodes.ok;
}

async function chooseWorkflow(context: CommandContext): Promise<{ id: string; name: string }> {
  const [target] = context.arguments as [string];
  const { api, terminal } = context;
  if (!isFile(target)) return findWorkflow(api, target);
  const file = await readWorkflowFile(target, terminal.stdin);
  const { workflow, outcome } = await importWorkflow(api, file);
  if (outcome !== 'unchanged' && !context.flag('json')) {
    const name = formatText(workflow.name);
    terminal.note(outcome === 'created' ? `Imported "${name}"` : `Updated the draft of "${name}"`);
  }
  return workflow;
}

function isFile(text: string): boolean {
  return /[/\\]|\.(json|m?[jt]s)$/i.test(text) || existsSync(text);
}

function parseTarget(text: string | undefined): 'draft' | 'published' {
  if (text === undefined || text === 'draft' || text === 'published') return text ?? 'draft';
  throw createUsageError(['run'], `--target is draft or published, not "${text}"`);
}
