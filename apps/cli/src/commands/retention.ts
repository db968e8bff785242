import { type RouteOutput, routes } from '@navette/contracts';
import { type Command, jsonOption } from '../command/command.ts';
import { exitCodes } from '../exit-code.ts';
import { formatCount, formatSize, formatTime } from '../output/format.ts';

type RetentionReport = RouteOutput<typeof routes.getRetention>;

const kept = {
  all: 'all ended executions',
  errors: 'executions that did not succeed',
  none: 'no executions',
};

export const retention: Command = {
  words: ['retention'],
  summary: 'Show what is kept, and what the next round of deletion would remove',
  description: `Changes nothing: the server deletes on its own, and the audit trail tells what it removed. The settings of the
server and of the workflows say what is kept.`,
  options: [
    { name: 'dry-run', help: 'what this command does anyway; for scripts that want to say so' },
    jsonOption,
  ],
  examples: [['navette retention --dry-run', 'What would go if a round began now']],
  async run({ api, terminal, flag, signal }) {
    const report = await api.call(routes.getRetention, {}, { signal });
    if (flag('json')) terminal.printJson(report);
    else for (const line of describeRetention(report)) terminal.print(line);
    return exitCodes.ok;
  },
};

function describeRetention({
  enabled,
  intervalMinutes,
  defaults,
  lastRound,
  due,
}: RetentionReport): string[] {
  const { days, summaryDays, uploadDays } = defaults;
  const last = lastRound.finishedAt === null ? 'none yet' : `${formatTime(lastRound.finishedAt)} UTC`;
  const files = `${formatCount(due.filesToReview, 'file')} (${formatSize(due.fileBytesToReview)})`;
  return [
    enabled
      ? `Retention runs every ${intervalMinutes} min; last round: ${last}`
      : 'Retention is switched off',
    `Kept where a workflow says nothing: ${kept[defaults.executions]}; data ${days} d, summaries ${summaryDays} d, unused uploads ${uploadDays} d`,
    '',
    'A round that began now, in this project:',
    `  deletes the data of ${formatCount(due.executionsToEmpty, 'execution')}`,
    `  deletes ${formatCount(due.executionsToDelete, 'execution')} altogether`,
    `  leaves ${formatCount(due.executionsProtected, 'execution')} alone that ${due.executionsProtected === 1 ? 'is' : 'are'} due, because something of their family goes on`,
    `  looks whether ${files} and ${formatCount(due.payloadsToReview, 'large value')} are still needed`,
    ...(due.isComplete ? [] : ['Only the oldest executions were looked at: there are very many.']),
  ];
}
