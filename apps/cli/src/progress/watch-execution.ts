import { type ExecutionDetail, routes } from '@navette/contracts';
import { followExecution } from '../api/follow-execution.ts';
import { compareEventIds } from '../api/live-record.ts';
import type { CommandContext } from '../command/command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { Interrupted } from '../interrupted.ts';
import { formatCount } from '../output/format.ts';
import { renderError } from '../output/render-error.ts';
import { ConsoleLines } from './console-lines.ts';
import type { ProgressDisplay } from './display.ts';
import { ExecutionProgress } from './execution-progress.ts';
import { createJsonDisplay } from './json-display.ts';
import { createLiveDisplay } from './live-display.ts';
import { createPlainDisplay } from './plain-display.ts';

type Context = Pick<CommandContext, 'api' | 'terminal' | 'signal'>;

export interface WatchOptions {
  executionId: string;
  /** live: drawn in place where that is possible; plain: a line per event; json: an object per event. */
  view: 'live' | 'plain' | 'json';
  /** Whoever is interrupted goes on with the execution in another way. */
  quiet?: boolean;
  /** Stop after this event, whatever comes later. */
  until?: string;
}

/** Follows an execution to its end, showing what happens. Resolves with the exit code that its end means. */
export async function watchExecution(context: Context, options: WatchOptions): Promise<ExitCode> {
  const { api, terminal, signal } = context;
  const { executionId, view } = options;
  const detail = await api.call(routes.getExecution, { params: { executionId } }, { signal });
  const progress = new ExecutionProgress(detail);
  const display = createDisplay(view, context, progress);
  try {
    await follow(context, options, progress, display);
  } catch (thrown) {
    display.end();
    if (thrown instanceof Interrupted && !options.quiet) tellHowToGoOn(context, executionId);
    throw thrown;
  }
  display.end();
  if (options.until !== undefined) return exitCodes.ok;
  const final = await api.call(routes.getExecution, { params: { executionId } }, { signal });
  if (view === 'json') terminal.printJson({ execution: final });
  else await printEnd(context, final);
  return final.status === 'succeeded' ? exitCodes.ok : exitCodes.failed;
}

function createDisplay(
  view: WatchOptions['view'],
  { terminal }: Context,
  progress: ExecutionProgress,
): ProgressDisplay {
  const options = { terminal, progress, now: Date.now };
  if (view === 'json') return createJsonDisplay(options);
  return view === 'live' && terminal.isLive ? createLiveDisplay(options) : createPlainDisplay(options);
}

async function follow(
  { api, signal }: Context,
  { executionId, until, view }: WatchOptions,
  progress: ExecutionProgress,
  display: ProgressDisplay,
): Promise<void> {
  const consoles = new ConsoleLines();
  for await (const event of followExecution({ api, executionId, signal })) {
    if (event.kind === 'connection-lost') {
      display.tell('connection lost, waiting for the server…');
    } else if (event.kind === 'connected-again') {
      display.tell('connected again');
    } else if (event.kind === 'console') {
      const { part } = event;
      // It was on its way while the step ended: the record has all lines.
      if (progress.step(part.path)?.endedAt !== undefined) continue;
      const leftOut = consoles.countLeftOut(part);
      const lines = consoles.takeNew(part);
      if (lines.length > 0 || leftOut > 0) display.showLines(part.path, lines, leftOut);
    } else {
      const { id, record } = event;
      progress.apply(record);
      if (view === 'json') display.show({ id, record });
      else if (record.type === 'step-wrote') {
        const lines = consoles.takeNew({ path: record.path, from: record.first, lines: record.lines });
        if (lines.length > 0) display.showLines(record.path, lines, 0);
      } else display.show({ id, record: consoles.withoutShown(record) });
      if (until !== undefined && compareEventIds(event.id, until) >= 0) return;
    }
  }
}

async function printEnd({ api, terminal, signal }: Context, final: ExecutionDetail): Promise<void> {
  const query = { limit: 200 };
  const params = { executionId: final.id };
  const files = await api.call(routes.listExecutionArtifacts, { params, query }, { signal });
  if (files.items.length > 0) {
    const count = formatCount(files.items.length, 'file');
    terminal.note(
      `${count}${files.nextCursor === null ? '' : ' and more'}: navette executions files ${final.id} --output FOLDER`,
    );
  }
  if (!final.error) return;
  const { error } = final;
  const where = error.nodeName === undefined ? '' : `${error.nodeName}: `;
  for (const line of renderError({ ...error, message: where + error.message }, terminal.errorStyle)) {
    terminal.note(line);
  }
  terminal.note(`  Retry from there: navette executions retry ${final.id} --watch`);
}

function tellHowToGoOn({ terminal }: Context, executionId: string): void {
  terminal.note('');
  terminal.note('No longer watching; the execution goes on.');
  terminal.note(`  Watch it again: navette executions logs ${executionId} --follow`);
  terminal.note(`  Stop it:        navette executions cancel ${executionId}`);
}
