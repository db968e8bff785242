import { routes } from '@navette/contracts';
import { createUuid, NavetteError } from '@navette/kit';
import { ApiProblem } from '../api/api-problem.ts';
import type { Command, CommandContext } from '../command/command.ts';
import { exitCodes, toExitCode } from '../exit-code.ts';
import { Interrupted } from '../interrupted.ts';
import { renderError, toErrorView } from '../output/render-error.ts';
import { checkProgram } from '../program/check-program.ts';
import { followFile } from '../program/follow-file.ts';
import { createProgramWorkflow, type ProgramLanguage, requireLanguage } from '../program/program-file.ts';
import { renderIssues } from '../program/render-issues.ts';
import { watchExecution } from '../progress/watch-execution.ts';
import { importWorkflow } from './import-workflow.ts';
import { readInput } from './read-json.ts';

export const dev: Command = {
  words: ['dev'],
  summary: 'Run a coded workflow on the server, and again at each save',
  description: [
    'Each save is checked, stored as the draft of the workflow that is named after the file, and started with the input;',
    'its calls and its console are shown as they come. Mistakes that the check finds do not keep it from running. What is',
    'still at work at the next save is cancelled, and so is the last execution at Ctrl-C, which ends the command.',
  ].join('\n'),
  arguments: [{ name: 'FILE', help: 'a coded workflow (.ts, .js)', required: true, completion: 'file' }],
  options: [
    {
      name: 'input',
      short: 'i',
      value: 'JSON|@FILE',
      help: 'what the program gets each time: an object or a list of objects; @- reads standard input',
    },
  ],
  examples: [
    ['navette dev ./order-intake.ts', 'Write a program and see what it does'],
    ['navette dev ./order-intake.ts --input @order.json', 'With an input'],
  ],
  async run(context) {
    const [path] = context.arguments as [string];
    const { terminal, signal } = context;
    const language = requireLanguage(path);
    const input = await readInput(context.option('input'), terminal.stdin);
    for await (const { replaced, text } of followFile(path, signal)) {
      const round = { path, language, source: text, input, signal: AbortSignal.any([signal, replaced]) };
      if (await runRound(context, round)) terminal.note(terminal.style.dim(`Waiting for a save of ${path}`));
    }
    return exitCodes.interrupted;
  },
};

interface Round {
  path: string;
  language: ProgramLanguage;
  source: string;
  input: Awaited<ReturnType<typeof readInput>>;
  /** Aborted by the next save, too. */
  signal: AbortSignal;
}

/** One version of the program, to its end; false when something cut it off. */
async function runRound(context: CommandContext, round: Round): Promise<boolean> {
  const { terminal } = context;
  try {
    await reportIssues(context, round);
    await runVersion(context, round);
    return true;
  } catch (thrown) {
    if (thrown instanceof Interrupted && !context.signal.aborted) return false;
    const view = toErrorView(thrown);
    const code = toExitCode(thrown);
    // What the next save may mend; without a server or a key there is no next time.
    if (!view || (code !== exitCodes.usage && code !== exitCodes.failed)) throw thrown;
    for (const line of renderError(view, terminal.errorStyle)) terminal.note(line);
    return true;
  }
}

async function reportIssues({ terminal }: CommandContext, { path, ...round }: Round): Promise<void> {
  try {
    const issues = await checkProgram(round);
    if (issues.length === 0) return;
    for (const line of renderIssues(path, issues, terminal.errorStyle)) terminal.note(line);
  } catch (thrown) {
    if (!NavetteError.is(thrown) || thrown.code !== 'CLI_CHECKER_MISSING') throw thrown;
    for (const line of renderError(thrown, terminal.errorStyle)) terminal.note(line);
  }
}

async function runVersion(context: CommandContext, { input, path, signal, source }: Round): Promise<void> {
  const { api, terminal } = context;
  const { workflow } = await importWorkflow(api, createProgramWorkflow(path, source));
  const { executionId } = await api.call(
    routes.runWorkflow,
    {
      params: { workflowId: workflow.id },
      body: { target: 'draft', ...(input === undefined ? {} : { input }) },
    },
    // Whatever was started is known, and can be cancelled.
    { idempotencyKey: createUuid() },
  );
  terminal.print(`${terminal.style.bold(workflow.name)}  ${terminal.style.dim(executionId)}`);
  try {
    await watchExecution({ api, terminal, signal }, { executionId, view: 'plain', quiet: true });
  } catch (thrown) {
    if (thrown instanceof Interrupted) await cancel(context, executionId);
    throw thrown;
  }
}

/** By a client of its own: Ctrl-C has closed the other. */
async function cancel({ openApi, terminal }: CommandContext, executionId: string): Promise<void> {
  try {
    await openApi().call(routes.cancelExecution, { params: { executionId } });
    terminal.note(terminal.style.dim(`Cancelled ${executionId}`));
  } catch (thrown) {
    // It has ended meanwhile.
    if (!(thrown instanceof ApiProblem) || thrown.status !== 409) throw thrown;
  }
}
