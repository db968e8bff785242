import { type Approval, type Approvers, approvalStatuses, routes } from '@navette/contracts';
import { listPages } from '../api/list-pages.ts';
import { type Command, type CommandContext, jsonOption } from '../command/command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { formatTime } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { type Column, renderTable } from '../output/table.ts';
import { limitOption, parseLimit } from './limit-option.ts';
import { readValues } from './read-json.ts';

const approvalArgument = { name: 'ID', help: 'the id of an approval (apr_…)', required: true };
const exampleId = 'apr_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b';

function createColumns(style: Style): readonly Column<Approval>[] {
  return [
    { title: 'ID', value: (one) => one.id },
    { title: 'QUESTION', value: (one) => one.title, flexible: true },
    { title: 'WORKFLOW', value: (one) => one.workflowName, flexible: true },
    { title: 'STATUS', value: (one) => one.status, paint: (text, one) => paint(one, style, text) },
    { title: 'BY', value: (one) => one.decidedBy?.name ?? describeApprovers(one.approvers) },
    { title: 'ASKED (UTC)', value: (one) => formatTime(one.createdAt) },
    { title: 'UNTIL (UTC)', value: (one) => (one.expiresAt === null ? '' : formatTime(one.expiresAt)) },
  ];
}

function paint({ status }: Approval, style: Style, text: string): string {
  if (status === 'approved') return style.green(text);
  return status === 'rejected' ? style.red(text) : text;
}

function describeApprovers({ role, people }: Approvers): string {
  return [...(role === null ? [] : [`${role}+`]), ...people].join(', ');
}

export const approvalList: Command = {
  words: ['approvals', 'list'],
  summary: 'List approvals, newest first',
  options: [
    {
      name: 'status',
      short: 's',
      value: 'STATUS,…',
      help: `only these (default: open): ${approvalStatuses.join(', ')}`,
      completion: approvalStatuses,
    },
    { name: 'mine', help: 'only those that you may decide now' },
    limitOption,
    jsonOption,
  ],
  examples: [
    ['navette approvals list --mine', 'What waits for you'],
    ['navette approvals list --status approved,rejected --json', 'What was decided, for a script'],
  ],
  async run({ api, terminal, option, flag, signal }) {
    const limit = parseLimit(['approvals', 'list'], option('limit'));
    const filters = {
      status: option('status') ?? 'open',
      ...(flag('mine') ? { mine: 'true' as const } : {}),
    };
    const page = await listPages<Approval>(limit, (query) =>
      api.call(routes.listApprovals, { query: { ...query, ...filters } }, { signal }),
    );
    if (flag('json')) terminal.printJson(page);
    else if (page.items.length === 0) terminal.note('There are no such approvals.');
    else
      for (const line of renderTable(createColumns(terminal.style), page.items, terminal))
        terminal.print(line);
    return exitCodes.ok;
  },
};

const decisionOptions = [
  { name: 'comment', short: 'm', value: 'TEXT', help: 'why; the workflow gets it too' },
  {
    name: 'values',
    value: 'JSON|@FILE',
    help: 'the fields that were asked for, as an object',
    completion: 'file',
  },
  jsonOption,
] as const;

async function decide(context: CommandContext, decision: 'approve' | 'reject'): Promise<ExitCode> {
  const { api, terminal, option, flag, arguments: given } = context;
  const values = await readValues(option('values'), terminal.stdin);
  const comment = option('comment');
  const approval = await api.call(routes.decideApproval, {
    params: { approvalId: given[0]! },
    body: { decision, ...(comment === undefined ? {} : { comment }), ...(values ? { values } : {}) },
  });
  if (flag('json')) terminal.printJson(approval);
  else terminal.print(`${decision === 'approve' ? 'Approved' : 'Rejected'}: ${approval.title}`);
  return exitCodes.ok;
}

export const approvalApprove: Command = {
  words: ['approvals', 'approve'],
  summary: 'Approve, as the person who made the API key',
  arguments: [approvalArgument],
  options: decisionOptions,
  examples: [
    [`navette approvals approve ${exampleId} --comment 'Within the budget'`, 'Let the workflow go on'],
    [`navette approvals approve ${exampleId} --values '{"account": "A1"}'`, 'Fill in what is asked for'],
  ],
  run: (context) => decide(context, 'approve'),
};

export const approvalReject: Command = {
  words: ['approvals', 'reject'],
  summary: 'Reject, as the person who made the API key',
  arguments: [approvalArgument],
  options: decisionOptions,
  examples: [[`navette approvals reject ${exampleId} --comment 'Too much'`, 'Take the other way']],
  run: (context) => decide(context, 'reject'),
};
