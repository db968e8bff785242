/**
 * The step of a program: runs it from its beginning, whether it ran before or not.
 *
 * Its lines are the same each time, so they are told apart by their position. Those that the journal has keep their time;
 * new ones are put on record before each new call and when the program is dropped, ahead of a write that comes anyway.
 */
import type { Item } from '@navette/contracts';
import { deriveUuid, isRecord, type Json, type JsonObject, toNavetteError } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import { NodeContext } from '../run/node-context.ts';
import type { StepWork } from '../run/run-step.ts';
import { RunStopped } from '../run/step-host.ts';
import { completeWith, firstOutputOf, type StepOutcome, settleError } from '../run/step-outcome.ts';
import { encodeOutputs, linkByCount } from '../run/step-output.ts';
import { readCallItem } from './call-items.ts';
import { readProgramOrigin } from './program-origin.ts';
import { ProgramSession } from './program-session.ts';

/** Rejects with RunStopped only. */
export async function runProgram(work: StepWork): Promise<StepOutcome> {
  const { host, step, node, items, logs } = work;
  if (step.startedAt === undefined) {
    host.append({ type: 'step-started', at: host.deps.clock.now(), path: step.path, attempt: 1 });
  }
  const context = createContext(work);
  let heard = 0;
  let written = logs.length;
  const known = written;
  const writeLines = () => {
    if (logs.length === written) return;
    const lines = logs.slice(written);
    host.append({ type: 'step-wrote', at: host.deps.clock.now(), path: step.path, first: written, lines });
    written = logs.length;
  };
  const startedAt = step.program?.now ?? step.startedAt ?? host.deps.clock.now();
  const session = new ProgramSession(host, step, {
    now: startedAt,
    log: (message, level) => {
      heard += 1;
      if (heard > known) context.log(message, level);
    },
    writeLines,
  });
  session.files.add(items);
  if (step.calls) step.calls.listener = session.notify;
  host.signal.addEventListener('abort', session.notify, { once: true });
  host.enterProgram(session);
  try {
    const result = await run(work, startedAt, context, session);
    session.assertComplete();
    const outputs = encodeOutputs(
      node.node.name,
      host.knownJson,
      { [firstOutputOf(node)]: toItems(result, session) },
      linkByCount(items),
    );
    return completeWith(node, 1, outputs, items, logs);
  } catch (thrown) {
    if (session.isParked || thrown instanceof RunStopped || host.stopped) writeLines();
    if (session.isParked) return { kind: 'parked' };
    if (thrown instanceof RunStopped || host.stopped)
      throw new RunStopped('The execution stopped', { cause: thrown });
    const error = (session.fault ?? toNavetteError(thrown)).toRecord();
    return settleError(node, items, { attempts: 1, error, logs });
  } finally {
    host.leaveProgram(session);
    host.signal.removeEventListener('abort', session.notify);
  }
}

async function run(
  { host, step, node, items }: StepWork,
  startedAt: number,
  context: NodeContext,
  session: ProgramSession,
): Promise<Json | undefined> {
  const { programs } = host.deps;
  const { definition } = node;
  const source = definition.kind === 'node' ? definition.program?.(context.parameters) : undefined;
  if (!programs || !source) throw engineErrors.create('PROGRAMS_UNAVAILABLE');
  const { versionId } = host.state.workflow.version;
  const { rootId } = host.execution;
  return programs.run(
    {
      ...source,
      ...readProgramOrigin(host, step),
      versionId,
      input: items.map((item) => item.json),
      ...(items.some(({ binary }) => binary) ? { files: items.map(({ binary }) => binary ?? null) } : {}),
      seed: step.program?.seed ?? deriveUuid(rootId, step.path, 'seed'),
      now: startedAt,
      signal: host.signal,
    },
    session,
  );
}

function createContext({ host, node, around, inputs, logs }: StepWork): NodeContext {
  const attempt = { number: 1, signal: undefined, begunAt: undefined };
  return new NodeContext({ host, node, around, inputs, itemIndex: undefined, attempt, logs });
}

/**
 * A list gives an item for each entry, anything else one; what is no object goes under `value`. @throws PROGRAM_CALL_INVALID
 */
function toItems(result: Json | undefined, { files }: ProgramSession): Item[] {
  const list = Array.isArray(result) ? result : [result ?? {}];
  files.assertKnown('return', list);
  return list.map((value) => (isRecord(value) ? readCallItem(value as JsonObject) : { json: { value } }));
}
