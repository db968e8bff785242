/** What the journal knows of each step of a recorded execution, as answers for a replay. */
import type {
  JournalRecord,
  JournalRecordOf,
  PortItems,
  ProgramStart,
  WebhookResponse,
} from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';

export interface RecordedStep {
  /** Unix milliseconds. */
  startedAt: number | undefined;
  endedAt: number | undefined;
  completed: JournalRecordOf<'step-completed'> | undefined;
  /** Of a step that failed. */
  error: ErrorRecord | undefined;
  /** Of a program that had begun in yet another execution. */
  program: ProgramStart | undefined;
  /** What became of items that were recorded one by one. */
  items: Map<number, { outputs: PortItems } | { error: ErrorRecord }>;
}

export type RecordedAnswer =
  | { outputs: PortItems; response?: WebhookResponse | undefined }
  | { error: ErrorRecord };

export function indexSteps(records: readonly JournalRecord[]): Map<string, RecordedStep> {
  const steps = new Map<string, RecordedStep>();
  for (const record of records) {
    if (!('path' in record)) continue;
    let step = steps.get(record.path);
    if (!step) {
      step = {
        startedAt: undefined,
        endedAt: undefined,
        completed: undefined,
        error: undefined,
        program: undefined,
        items: new Map(),
      };
      steps.set(record.path, step);
    }
    readRecord(step, record);
  }
  return steps;
}

function readRecord(step: RecordedStep, record: Extract<JournalRecord, { path: string }>): void {
  switch (record.type) {
    case 'step-started':
      step.startedAt ??= record.at;
      step.program ??= record.program;
      return;
    case 'item-completed':
      step.items.set(record.item, { outputs: record.outputs });
      return;
    case 'item-failed':
      step.items.set(record.item, { error: record.error });
      return;
    case 'step-completed':
      step.completed = record;
      step.startedAt ??= record.startedAt;
      step.endedAt = record.at;
      return;
    case 'step-failed':
      step.error = record.error;
      step.startedAt ??= record.startedAt;
      step.endedAt = record.at;
      return;
    default:
  }
}

/** What a step as a whole came to; undefined when it did not come to an end. */
export function answerStep(step: RecordedStep): RecordedAnswer | undefined {
  const { completed, error } = step;
  if (error) return { error };
  if (!completed) return undefined;
  // An error that went on: the node failed, its settings made the output.
  if (completed.error) return { error: completed.error };
  return { outputs: completed.outputs, response: completed.response };
}

/** What one item of a step came to. Items are on record one by one only when there were several of them. */
export function answerItem(step: RecordedStep, index: number): RecordedAnswer | undefined {
  const known = step.items.get(index);
  if (known) return known;
  const failed = step.error ?? step.completed?.error;
  if (failed && (failed.itemIndex ?? 0) === index) return { error: failed };
  if (!step.completed) return undefined;
  const outputs: PortItems = {};
  for (const [port, items] of Object.entries(step.completed.outputs)) {
    const own = items.filter((item) => firstLink(item.pairedItem) === index);
    if (own.length > 0) outputs[port] = own;
  }
  return { outputs };
}

function firstLink(pairedItem: PortItems[string][number]['pairedItem']): number {
  const link = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
  return link?.item ?? 0;
}
