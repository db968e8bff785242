import { silentLogger, systemClock } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import type { EngineDeps } from '../deps.ts';
import type { JournalWrite, WriteResult } from '../ports.ts';
import { newExecution } from '../testing/execution-store-conformance.ts';
import { type JournalLoss, RunJournal } from './run-journal.ts';
import { RunStopped } from './step-host.ts';

/** A store whose writes are answered one by one, by hand. */
function openJournal() {
  const writes: { write: JournalWrite; answer: PromiseWithResolvers<WriteResult> }[] = [];
  const store = {
    write(write: JournalWrite) {
      const answer = Promise.withResolvers<WriteResult>();
      writes.push({ write, answer });
      return answer.promise;
    },
  };
  const deps = {
    store,
    clock: systemClock,
    logger: silentLogger,
    dispatcher: { enqueue() {} },
  } as unknown as EngineDeps;
  const losses: JournalLoss[] = [];
  const journal = new RunJournal(
    { deps, execution: newExecution(), workerId: 'w', fence: 2, seq: 3, created: true },
    (loss) => losses.push(loss),
  );
  const append = (path: string) => journal.push({ type: 'step-skipped', at: 1, path });
  return { journal, writes, losses, append };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const pathsOf = (write: JournalWrite) =>
  write.records.map((record) => ('path' in record ? record.path : record.type));
const finish = { kind: 'finish', status: 'succeeded', at: 1, error: null } as const;

describe('the journal of a run', () => {
  it('numbers chunks without a gap and keeps one write open', async () => {
    const { journal, writes, append } = openJournal();
    append('a');
    const first = journal.flush();
    await settle();
    append('b');
    const second = journal.flush();
    append('c');
    await settle();
    expect(writes).toHaveLength(1);
    writes[0]!.answer.resolve({ outcome: 'written' });
    await first;
    await settle();
    expect(writes.map(({ write }) => [write.seq, pathsOf(write)])).toEqual([
      [4, ['a']],
      [5, ['b', 'c']],
    ]);
    writes[1]!.answer.resolve({ outcome: 'written' });
    await second;
  });

  it('writes nothing more after a write that was lost, whatever waits behind it', async () => {
    const { journal, writes, losses, append } = openJournal();
    append('a');
    const first = journal.flush();
    await settle();
    append('b');
    const behind = journal.flush();
    const end = journal.handOver(finish);
    writes[0]!.answer.reject(new Error('The connection broke'));
    await expect(first).rejects.toThrow(RunStopped);
    await expect(behind).rejects.toThrow(RunStopped);
    await expect(end).rejects.toThrow(RunStopped);
    expect(writes).toHaveLength(1);
    expect(losses).toEqual([{ kind: 'lost' }]);
  });

  it('takes what a waiting flush was to write into the last write', async () => {
    const { journal, writes, append } = openJournal();
    append('a');
    const first = journal.flush();
    await settle();
    append('b');
    const behind = journal.flush();
    append('end');
    const end = journal.handOver(finish);
    for (let i = 0; i < 3; i++) {
      await settle();
      const open = writes[i];
      open?.answer.resolve({ outcome: 'written' });
    }
    await Promise.all([first, behind, end]);
    expect(writes.map(({ write }) => [write.seq, pathsOf(write), write.handover?.kind])).toEqual([
      [4, ['a'], undefined],
      [5, ['b', 'end'], 'finish'],
    ]);
  });
});
