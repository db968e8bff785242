import { type ExecutionReplay, type Replay, replayOutcomes, routes } from '@navette/contracts';
import { findWorkflow } from '../api/find-workflow.ts';
import { listPages } from '../api/list-pages.ts';
import { type Command, type CommandContext, jsonOption } from '../command/command.ts';
import { createUsageError } from '../command/parse-command-line.ts';
import { exitCodes } from '../exit-code.ts';
import { renderReplay, summarizeReplay } from '../progress/render-replay.ts';
import { ReplayProgress } from '../progress/replay-progress.ts';

const mostExecutions = 500;
const pollMs = 250;

export const replay: Command = {
  words: ['replay'],
  summary:
    'Replay recorded executions of a workflow against another version, and show what would be different',
  description: [
    'Nothing is executed and nothing leaves: effects are answered from the journal, and one that has no recording is',
    'reported. Each difference is shown with the step, the place in its output, and both values.',
    '',
    'The exit code is 0 when every execution would give the same, and 1 when not. Ctrl-C ends the watching only.',
  ].join('\n'),
  arguments: [{ name: 'NAME|ID', help: 'a workflow, by its name or its id', required: true }],
  options: [
    {
      name: 'last',
      short: 'n',
      value: 'N',
      help: `how many of the last executions that have ended (default: 50, at most ${mostExecutions})`,
    },
    { name: 'execution', value: 'ID', help: 'this execution in place of the last ones' },
    {
      name: 'against',
      value: 'draft|published|VERSION',
      help: 'the version to replay against (default: draft)',
      completion: ['draft', 'published'],
    },
    jsonOption,
  ],
  examples: [
    ['navette replay Orders --last 50 --against draft', 'What the edited draft would change'],
    ['navette replay Orders --against published --json', 'For a script: {"replay", "results"}'],
  ],
  async run(context) {
    const { api, terminal, signal } = context;
    const workflow = await findWorkflow(api, context.arguments[0]!);
    const execution = context.option('execution');
    const created = await api.call(
      routes.createReplay,
      {
        params: { workflowId: workflow.id },
        body: {
          against: (context.option('against') ?? 'draft') as 'draft',
          last: parseLast(context.option('last')),
          ...(execution === undefined ? {} : { executionIds: [execution] }),
        },
      },
      { signal },
    );
    const ended = await follow(context, created as Replay);
    const params = { replayId: ended.id };
    const { items } = await listPages<ExecutionReplay>(mostExecutions, (query) =>
      api.call(routes.listReplayResults, { params, query }, { signal }),
    );
    if (context.flag('json')) terminal.printJson({ replay: ended, results: items });
    else for (const line of renderReplay(items, terminal.style)) terminal.print(line);
    terminal.note(summarizeReplay(ended, workflow.name));
    const isSame = replayOutcomes.every((outcome) => outcome === 'same' || ended.counts[outcome] === 0);
    return ended.status === 'finished' && isSame ? exitCodes.ok : exitCodes.failed;
  },
};

/** Shows how far it is until it has ended. */
async function follow({ api, signal, terminal, flag }: CommandContext, created: Replay): Promise<Replay> {
  const params = { replayId: created.id };
  const progress = new ReplayProgress(terminal, flag('json'));
  try {
    for (let now = created; ; ) {
      progress.show(now);
      if (now.status !== 'running') return now;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      now = (await api.call(routes.getReplay, { params }, { signal })) as Replay;
    }
  } finally {
    progress.end();
  }
}

function parseLast(text: string | undefined): number {
  if (text === undefined) return 50;
  const last = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (last >= 1 && last <= mostExecutions) return last;
  throw createUsageError(['replay'], `--last is a number from 1 to ${mostExecutions}, not "${text}"`);
}
