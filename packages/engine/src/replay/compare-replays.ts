/** What is different between a recorded execution replayed in its own version and in another one. Pure. */
import type { ExecutionReplay, StepChange } from '@navette/contracts';
import { isRecord } from '@navette/kit';
import type { VersionRecord } from '../ports.ts';
import { programOf } from './call-order.ts';
import { diffJson, type JsonDifferences } from './json-difference.ts';
import { listReachable } from './reachable-nodes.ts';
import type { RecordedStep } from './recorded-steps.ts';
import type { Recording } from './recording.ts';
import type { ReplayedStep, ReplayRun } from './replay-run.ts';
import { nodeIdOf } from './step-node.ts';

const differencesPerStep = 20;
const changesPerExecution = 200;

export interface Replays {
  recording: Recording;
  recorded: ReadonlyMap<string, RecordedStep>;
  target: VersionRecord;
  /** In the recorded version. */
  before: ReplayRun;
  /** In the other one. */
  after: ReplayRun;
}

type Comparison = Pick<
  ExecutionReplay,
  'outcome' | 'replayedStatus' | 'error' | 'changes' | 'sameSteps' | 'unknownSteps' | 'drifted'
>;

export function compareReplays(replays: Replays): Comparison {
  const { before, after, recorded } = replays;
  const isUnknown = createUnknown(replays);
  const changes: StepChange[] = [];
  let sameSteps = 0;
  let unknownSteps = 0;
  const newEffects = [...after.notes.unanswered].filter((path) => !before.notes.unanswered.has(path));
  for (const path of newEffects) changes.push(describeNewEffect(replays, path));
  for (const path of new Set([...before.steps.keys(), ...after.steps.keys()])) {
    if (after.notes.unanswered.has(path) || before.notes.unanswered.has(path)) continue;
    if (isUnknown(path)) {
      unknownSteps += 1;
      continue;
    }
    const found = compareStep(path, before.steps.get(path), after.steps.get(path));
    if (after.notes.changed.has(path)) changes.push(describeRequest(after.steps.get(path)!, replays));
    if (found) changes.push(found);
    else sameSteps += 1;
  }
  const statusChanged = newEffects.length === 0 && before.status !== after.status;
  const isSame = changes.length === 0 && !statusChanged;
  return {
    outcome: newEffects.length > 0 ? 'incomplete' : isSame ? 'same' : 'changed',
    replayedStatus: newEffects.length > 0 ? null : after.status,
    error: after.error ? { code: after.error.code, message: after.error.message } : null,
    changes: changes.slice(0, changesPerExecution),
    sameSteps,
    unknownSteps,
    drifted: listDrifted(recorded, before),
  };
}

/** Steps that come after an effect without a recording: nodes behind it, and the program whose call it is. */
function createUnknown({ before, after, recording, target }: Replays): (path: string) => boolean {
  const definitions = [recording.version.definition, target.definition];
  const unknown = new Set<string>();
  const cutOff = new Set<string>();
  for (const path of [...after.notes.unanswered, ...before.notes.unanswered]) {
    const program = programOf(path);
    if (program !== undefined) cutOff.add(program);
    const nodeId = nodeIdOf(program ?? path);
    for (const reached of listReachable(nodeId, definitions)) unknown.add(reached);
  }
  return (path) => {
    const program = programOf(path);
    // Of a program that was cut off the calls are known that it made until then.
    if (program !== undefined && cutOff.has(program))
      return !before.steps.has(path) || !after.steps.has(path);
    return cutOff.has(path) || unknown.has(nodeIdOf(program ?? path));
  };
}

function compareStep(
  path: string,
  before: ReplayedStep | undefined,
  after: ReplayedStep | undefined,
): StepChange | undefined {
  const known = (after ?? before)!;
  const change = {
    path,
    nodeName: known.nodeName,
    before: before?.outcome ?? null,
    after: after?.outcome ?? null,
  };
  if (!before) return { ...change, kind: 'new-step', differences: [], cut: false };
  if (!after) {
    const kind = before.isEffect ? 'missing-effect' : 'missing-step';
    return { ...change, kind, differences: [], cut: false };
  }
  const found = diffJson(toComparable(before), toComparable(after), differencesPerStep);
  if (found.differences.length === 0) return undefined;
  const kind = before.outcome === after.outcome ? 'changed-output' : 'changed-status';
  return { ...change, kind, ...found };
}

function describeNewEffect({ target, recorded }: Replays, path: string): StepChange {
  const id = nodeIdOf(path);
  const node = target.definition.nodes.find((candidate) => candidate.id === id);
  const nodeName = node?.name ?? (programOf(path) === undefined ? path : id.slice(1));
  const step = recorded.get(path);
  const before = step?.completed ? 'succeeded' : step?.error ? 'failed' : null;
  const none: JsonDifferences = { differences: [], cut: false };
  return { path, nodeName, kind: 'new-effect', before, after: null, ...none };
}

/** What is asked for now, and what was: of the first item where they differ. */
function describeRequest({ path, nodeName, outcome }: ReplayedStep, { before, after }: Replays): StepChange {
  const asked = (run: ReplayRun, index: number) => {
    const found = run.notes.asked.get(path)?.[index];
    return found && { ...(JSON.parse(found.request) as object), input: JSON.parse(found.input) as unknown };
  };
  let found: JsonDifferences = { differences: [], cut: false };
  for (const index of after.notes.asked.get(path)?.keys() ?? []) {
    found = diffJson(asked(before, index), asked(after, index), differencesPerStep);
    if (found.differences.length > 0) break;
  }
  return { path, nodeName, kind: 'changed-request', before: outcome, after: outcome, ...found };
}

/** What a step gave, without what is about the run and not about the data. */
function toComparable(step: Pick<ReplayedStep, 'outputs' | 'counts' | 'response' | 'error'>): unknown {
  const { outputs, counts, response, error } = step;
  const ports = Object.entries(outputs).filter(([, items]) => items.length > 0);
  return stripIds({
    ...Object.fromEntries(
      ports.map(([port, items]) => [port, items.map(({ json, binary }) => ({ json, binary }))]),
    ),
    ...(counts ? { counts } : {}),
    ...(response ? { response } : {}),
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  });
}

/** Files are compared by their content. */
function stripIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripIds);
  if (!isRecord(value)) return value;
  const isFile = typeof value['artifactId'] === 'string' && typeof value['sha256'] === 'string';
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !(isFile && key === 'artifactId'))
      .map(([key, inner]) => [key, stripIds(inner)]),
  );
}

/** Steps that give something else than is on record although nothing was edited. */
function listDrifted(recorded: ReadonlyMap<string, RecordedStep>, before: ReplayRun): string[] {
  const drifted: string[] = [];
  for (const [path, step] of before.steps) {
    const known = recorded.get(path);
    if (!known || step.isEffect || (!known.completed && !known.error)) continue;
    const onRecord = {
      outputs: known.completed?.outputs ?? {},
      counts: known.completed?.collected?.counts,
      response: known.completed?.response,
      error: known.error ?? known.completed?.error,
    };
    if (diffJson(toComparable(onRecord), toComparable(step), 1).differences.length > 0) drifted.push(path);
  }
  return drifted.slice(0, changesPerExecution);
}
