/** A replay as text: each execution that would be different, with what is. */
import type { ExecutionReplay, Replay, StepChange } from '@navette/contracts';
import { formatCount, formatText } from '../output/format.ts';
import type { Style } from '../output/style.ts';

const words: Readonly<Record<StepChange['kind'], string>> = {
  'changed-output': 'gives something else',
  'changed-status': 'ends differently',
  'changed-request': 'would ask for something else; answered with the recording',
  'new-effect': 'a new effect without a recording; it was not executed',
  'missing-effect': 'an effect that would not happen any more',
  'new-step': 'a new step',
  'missing-step': 'a step that would not run any more',
};

/** Nothing for executions that would be the same. */
export function renderReplay(results: readonly ExecutionReplay[], style: Style): string[] {
  return results
    .filter(({ outcome }) => outcome !== 'same')
    .flatMap((result) => renderExecution(result, style));
}

function renderExecution(result: ExecutionReplay, style: Style): string[] {
  const { executionId, outcome, reason, recordedStatus, replayedStatus, error } = result;
  const lines = [`${style.bold(executionId)}  ${paintOutcome(outcome, style)}`];
  if (reason !== null) lines.push(`  ${formatText(reason)}`);
  if (replayedStatus !== null && recordedStatus !== replayedStatus) {
    const why = error ? `: ${formatText(error.message)}` : '';
    lines.push(`  ${recordedStatus} → ${replayedStatus}${why}`);
  }
  for (const change of result.changes) lines.push(...renderChange(change, style));
  if (result.unknownSteps > 0) {
    lines.push(style.dim(`  ${formatCount(result.unknownSteps, 'step')} behind it: not known`));
  }
  if (result.drifted.length > 0) {
    const paths = result.drifted.map(formatText).join(', ');
    lines.push(style.dim(`  depends on time or chance, compared without that: ${paths}`));
  }
  return [...lines, ''];
}

function renderChange({ nodeName, path, kind, differences, cut }: StepChange, style: Style): string[] {
  const where = nodeName === path ? '' : style.dim(` (${formatText(path)})`);
  const lines = [`  ${formatText(nodeName)}${where}: ${words[kind]}`];
  for (const { path: pointer, before, after } of differences) {
    lines.push(`    ${formatText(pointer)}`);
    if (before !== null) lines.push(style.red(`      - ${formatText(before)}`));
    if (after !== null) lines.push(style.green(`      + ${formatText(after)}`));
  }
  if (cut) lines.push(style.dim('    and more'));
  return lines;
}

function paintOutcome(outcome: ExecutionReplay['outcome'], style: Style): string {
  return outcome === 'not-replayed' ? style.dim('not replayed') : style.yellow(outcome);
}

/** "12 executions against draft: 10 same, 1 changed, 1 incomplete". */
export function summarizeReplay(replay: Replay, workflowName: string): string {
  const { counts, against, done, total } = replay;
  const parts = [
    `${counts.same} same`,
    `${counts.changed} changed`,
    `${counts.incomplete} incomplete`,
    ...(counts['not-replayed'] > 0 ? [`${counts['not-replayed']} not replayed`] : []),
  ];
  const stopped =
    replay.status === 'stopped'
      ? ` Stopped after ${done} of ${total}: ${formatText(replay.reason ?? '')}.`
      : '';
  const name = formatText(workflowName);
  return `${name}, ${formatCount(done, 'execution')} against ${against}: ${parts.join(', ')}.${stopped}`;
}
