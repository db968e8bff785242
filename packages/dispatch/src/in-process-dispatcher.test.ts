import { silentLogger } from '@navette/kit';
import { waitFor } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { InProcessDispatcher } from './in-process-dispatcher.ts';

/** An engine that takes what is queued in `stored`, up to its places. */
function createTaker(places: number) {
  const stored = new Set<string>();
  const taken: string[] = [];
  let held = 0;
  return {
    stored,
    taken,
    finish: () => {
      held -= 1;
    },
    get free() {
      return places - held;
    },
    async claim(ids?: readonly string[]) {
      const claimed = [...stored].filter((id) => !ids || ids.includes(id)).slice(0, places - held);
      for (const id of claimed) {
        stored.delete(id);
        taken.push(id);
      }
      held += claimed.length;
      return claimed.length;
    },
  };
}

describe('InProcessDispatcher', () => {
  it('hands out what it is told of, each once, as places become free', async () => {
    const dispatcher = new InProcessDispatcher(silentLogger);
    const taker = createTaker(2);
    for (const id of ['a', 'b', 'c']) taker.stored.add(id);
    dispatcher.start(taker);
    dispatcher.enqueue(['a', 'b', 'c', 'a']);
    await waitFor(() => taker.taken.length === 2);
    taker.finish();
    dispatcher.wake();
    await waitFor(() => taker.taken.length === 3);
    expect([...taker.taken].sort()).toEqual(['a', 'b', 'c']);
  });

  it('finds what nobody told it of when it polls', async () => {
    const dispatcher = new InProcessDispatcher(silentLogger);
    const taker = createTaker(2);
    for (const id of ['a', 'b', 'c']) taker.stored.add(id);
    dispatcher.start(taker);
    dispatcher.poll();
    await waitFor(() => taker.taken.length === 2);
    taker.finish();
    dispatcher.wake();
    await waitFor(() => taker.taken.length === 3);
    expect(taker.stored.size).toBe(0);
  });

  it('survives a store that is out of reach', async () => {
    const dispatcher = new InProcessDispatcher(silentLogger);
    const taker = createTaker(2);
    taker.stored.add('a');
    let broken = true;
    let tries = 0;
    const flaky = {
      get free() {
        return taker.free;
      },
      async claim(ids?: readonly string[]) {
        tries += 1;
        if (broken) throw new Error('connection refused');
        return taker.claim(ids);
      },
    };
    dispatcher.start(flaky);
    dispatcher.enqueue(['a']);
    await waitFor(() => tries === 1);
    broken = false;
    dispatcher.poll();
    await waitFor(() => taker.taken.length === 1);
    expect(taker.taken).toEqual(['a']);
  });

  it('hands out nothing after it stopped', async () => {
    const dispatcher = new InProcessDispatcher(silentLogger);
    const taker = createTaker(2);
    taker.stored.add('a');
    dispatcher.start(taker);
    dispatcher.stop();
    dispatcher.enqueue(['a']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(taker.taken).toEqual([]);
  });
});
