import type { JournalRecord, PortItems } from '@navette/contracts';
import { encodeId } from '@navette/kit';

/** A journal record without the data of items: how many there are per port instead. Ids as people see them. */
export function toLiveRecord(record: JournalRecord): Record<string, unknown> {
  const { ...live }: Record<string, unknown> = record;
  if ('outputs' in record && record.outputs !== undefined) {
    delete live['outputs'];
    live['outputCounts'] = countItems(record.outputs);
  }
  // What a loop gave is in the records of its passes: here it is counted.
  if ('collected' in record && record.collected) {
    delete live['collected'];
    live['outputCounts'] = record.collected.counts;
  }
  // The answer to a webhook is data of the workflow as well, and so is what a program asks of a call.
  delete live['response'];
  if (record.type === 'call-made') {
    const { asked: _, ...call } = record.call;
    live['call'] = call;
  }
  if ('childId' in record && record.childId !== undefined)
    live['childId'] = encodeId('execution', record.childId);
  if ('worker' in record) live['worker'] = encodeId('worker', record.worker);
  if ('from' in record && record.from !== null) live['from'] = encodeId('worker', record.from);
  return live;
}

function countItems(outputs: PortItems): Record<string, number> {
  return Object.fromEntries(Object.entries(outputs).map(([port, items]) => [port, items.length]));
}
