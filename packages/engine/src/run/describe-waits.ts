/** Why an execution waits: a sentence for people, a code for programs. */
import type { JournalRecord, Why } from '@navette/contracts';
import type { StepState } from '../state/execution-state.ts';
import { nextWakeAt } from './waits.ts';

export interface WaitDescription {
  record: JournalRecord;
  /** When it is to be taken up by itself. */
  wakeAt: number | null;
  reason: string;
  why: Why;
}

/** Of several waits the one is told that most needs somebody: a person, a message, a child, the time. */
const order = ['doubt', 'approval', 'signal', 'resume', 'child', 'time'] as const;

export function describeWaits(
  waits: readonly StepState[],
  options: { now: number; deadlineAt: number | null },
): WaitDescription {
  const nextAt = nextWakeAt(waits);
  const { deadlineAt } = options;
  const due = nextAt === undefined ? deadlineAt : Math.min(nextAt, deadlineAt ?? nextAt);
  const first = chooseFirst(waits);
  const node = first ? nameOf(first) : '';
  const { sentence, why } = describe(first, nextAt);
  const names = [...new Set(waits.map((step) => nameOf(step)))].join(', ');
  const params: Why['params'] = { node, ...why.params };
  if (waits.length > 1) params['others'] = waits.length - 1;
  const told = { code: why.code, params };
  return {
    record: { type: 'execution-waiting', at: options.now, wakeAt: due, reason: sentence, why: told },
    wakeAt: due,
    reason: `${sentence} (${names})`,
    why: told,
  };
}

function chooseFirst(waits: readonly StepState[]): StepState | undefined {
  for (const kind of order) {
    const found = waits.find((step) => kindOf(step) === kind);
    if (found) return found;
  }
  return undefined;
}

function kindOf(step: StepState): (typeof order)[number] {
  return step.wait?.awaits?.kind ?? (step.childId === undefined ? 'time' : 'child');
}

function describe(step: StepState | undefined, nextAt: number | undefined): { sentence: string; why: Why } {
  const awaits = step?.wait?.awaits;
  const until = step?.wakeAt === undefined ? undefined : new Date(step.wakeAt).toISOString();
  const limit = until === undefined ? '' : `, until ${until} at most`;
  const params: Why['params'] = until === undefined ? {} : { until };
  switch (awaits?.kind) {
    case 'doubt': {
      const since = new Date(step!.wait!.at).toISOString();
      return {
        sentence: `Waits since ${since} for somebody to say what became of a step that a crash cut off`,
        why: { code: 'doubt', params: { since } },
      };
    }
    case 'approval':
      return {
        sentence: `Waits for the decision "${awaits.title}"${limit}`,
        why: { code: 'approval', params: { title: awaits.title, ...params } },
      };
    case 'signal': {
      if (awaits.key !== undefined) params['key'] = awaits.key;
      return {
        sentence: `Waits for the signal "${awaits.name}"${limit}`,
        why: { code: 'signal', params: { name: awaits.name, ...params } },
      };
    }
    case 'resume':
      return {
        sentence: `Waits for a request to its resume address${limit}`,
        why: { code: 'resume', params },
      };
  }
  if (step?.childId !== undefined || nextAt === undefined)
    return { sentence: 'Waits for a called workflow', why: { code: 'child', params: {} } };
  const time = new Date(nextAt).toISOString();
  return { sentence: `Waits until ${time}`, why: { code: 'time', params: { until: time } } };
}

function nameOf(step: StepState): string {
  return step.node.node.name;
}
