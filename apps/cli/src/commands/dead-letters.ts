import { type ExecutionSummary, routes } from '@navette/contracts';
import { findWorkflow } from '../api/find-workflow.ts';
import { listPages } from '../api/list-pages.ts';
import { type Command, type CommandContext, jsonOption, type OptionSpec } from '../command/command.ts';
import { createUsageError } from '../command/parse-command-line.ts';
import { exitCodes } from '../exit-code.ts';
import { formatCount, formatText, formatTime } from '../output/format.ts';
import { type Column, renderTable } from '../output/table.ts';
import { limitOption, parseLimit } from './limit-option.ts';

const exampleId = 'exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b';

const columns: readonly Column<ExecutionSummary>[] = [
  { title: 'ID', value: (one) => one.id },
  { title: 'WORKFLOW', value: (one) => one.workflowName, flexible: true },
  { title: 'ERROR', value: (one) => one.error?.code ?? '' },
  { title: 'STEP', value: (one) => one.error?.nodeName ?? '' },
  { title: 'MODE', value: (one) => one.mode },
  { title: 'FAILED (UTC)', value: (one) => formatTime(one.finishedAt) },
];

const filterOptions: readonly OptionSpec[] = [
  { name: 'workflow', value: 'NAME|ID', help: 'only those of this workflow' },
  { name: 'code', value: 'CODE', help: 'only those with this error, such as EXECUTION_POISONED' },
];
const idsArgument = {
  name: 'ID',
  help: 'an execution (exe_…); or use the filters, or --all',
  required: false,
};
const allOption: OptionSpec = { name: 'all', help: 'every dead letter of the project' };

async function readFilter({ api, option }: CommandContext) {
  const [workflow, code] = [option('workflow'), option('code')];
  return {
    ...(workflow === undefined ? {} : { workflowId: (await findWorkflow(api, workflow)).id }),
    ...(code === undefined ? {} : { code }),
  };
}

/** What to act on: one execution, what a filter finds, or, when that is said, all. Throws CLI_USAGE. */
async function readChoice(context: CommandContext, verb: 'retry' | 'dismiss') {
  const [executionId] = context.arguments;
  const filter = await readFilter(context);
  const isFiltered = Object.keys(filter).length > 0;
  const ways = [executionId !== undefined, isFiltered, context.flag('all')].filter(Boolean);
  if (ways.length !== 1) {
    throw createUsageError(
      ['dead-letters', verb],
      `name an execution, or say which with --workflow and --code, or --all`,
    );
  }
  return executionId === undefined ? { filter } : { executionIds: [executionId] };
}

export const deadLetterList: Command = {
  words: ['dead-letters', 'list'],
  summary: 'List failed executions that somebody has to look at, the last that failed first',
  options: [...filterOptions, limitOption, jsonOption],
  examples: [
    ['navette dead-letters list', 'What has failed and was not seen to'],
    ['navette dead-letters list --code EXECUTION_POISONED --json', 'What stops workers, for a script'],
  ],
  async run(context) {
    const { api, terminal, option, flag, signal } = context;
    const limit = parseLimit(['dead-letters', 'list'], option('limit'));
    const filter = await readFilter(context);
    const page = await listPages<ExecutionSummary>(limit, (query) =>
      api.call(routes.listDeadLetters, { query: { ...query, ...filter } }, { signal }),
    );
    if (flag('json')) terminal.printJson(page);
    else if (page.items.length === 0) terminal.note('There are no dead letters.');
    else for (const line of renderTable(columns, page.items, terminal)) terminal.print(line);
    return exitCodes.ok;
  },
};

export const deadLetterRetry: Command = {
  words: ['dead-letters', 'retry'],
  summary: 'Retry dead letters; each becomes a new execution that keeps the finished steps',
  description: 'A letter that was retried is off the list, so that asking again retries nothing twice.',
  arguments: [idsArgument],
  options: [...filterOptions, allOption, jsonOption],
  examples: [
    [`navette dead-letters retry ${exampleId}`, 'Retry one'],
    ['navette dead-letters retry --workflow Orders', 'Retry all of a workflow'],
  ],
  async run(context) {
    const { api, terminal, flag, signal } = context;
    const body = await readChoice(context, 'retry');
    const retried: { executionId: string; newExecutionId: string }[] = [];
    const refused: { executionId: string; code: string; message: string }[] = [];
    for (let remaining = 1; remaining > 0; ) {
      const answer = await api.call(routes.retryDeadLetters, { body }, { signal });
      retried.push(...answer.retried);
      refused.push(...answer.refused);
      // What was refused stays on the list, and would be found again.
      remaining = answer.retried.length > 0 ? answer.remaining : 0;
      if (remaining > 0)
        terminal.note(`${formatCount(retried.length, 'execution')} so far, ${remaining} to go`);
    }
    if (flag('json')) {
      terminal.printJson({ retried, refused });
    } else {
      for (const one of retried) terminal.print(`${one.executionId} → ${one.newExecutionId}`);
      for (const one of refused)
        terminal.note(`${one.executionId}: ${formatText(one.message)} (${one.code})`);
      terminal.note(`Retried ${formatCount(retried.length, 'execution')}`);
    }
    return refused.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
};

export const deadLetterDismiss: Command = {
  words: ['dead-letters', 'dismiss'],
  summary: 'Take dead letters off the list; the executions stay as they are',
  arguments: [idsArgument],
  options: [...filterOptions, allOption, jsonOption],
  examples: [
    [
      'navette dead-letters dismiss --workflow Orders --code NODE_STOPPED',
      'Those that are as they should be',
    ],
  ],
  async run(context) {
    const { api, terminal, flag, signal } = context;
    const body = await readChoice(context, 'dismiss');
    const dismissed: string[] = [];
    for (let remaining = 1; remaining > 0; ) {
      const answer = await api.call(routes.dismissDeadLetters, { body }, { signal });
      dismissed.push(...answer.dismissed);
      remaining = answer.dismissed.length > 0 ? answer.remaining : 0;
    }
    if (flag('json')) terminal.printJson({ dismissed });
    else terminal.print(`Dismissed ${formatCount(dismissed.length, 'dead letter')}`);
    return exitCodes.ok;
  },
};
