import type { AwaitedMessage, JournalRecord } from '@navette/contracts';

type Doubt = Extract<AwaitedMessage, { kind: 'doubt' }>;

export interface OpenDoubt {
  path: string;
  question: number;
  /** What is in doubt, with the keys of the effects; `item` is left out for a step as a whole. */
  effects: { item?: number; key: string }[];
}

/** What the journal of an execution asks people, as one reads it who looks at it from outside. */
export function listDoubts(records: Iterable<JournalRecord>): OpenDoubt[] {
  const open = new Map<string, Doubt>();
  for (const record of records) {
    if (record.type === 'step-waiting' && record.awaits?.kind === 'doubt')
      open.set(record.path, record.awaits);
    else if (record.type === 'step-resolved') open.delete(record.path);
    else if (record.type === 'execution-finished') open.clear();
  }
  return [...open].map(([path, { question, items, keys }]) => ({
    path,
    question,
    effects: (keys ?? []).map((key, index) => (items ? { item: items[index]!, key } : { key })),
  }));
}
