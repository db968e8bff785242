import { describe, expect, it } from 'vitest';
import { StartLine } from './start-line.ts';

function openLine({ maxActive = 8, mayTake = () => true as boolean } = {}) {
  let now = 0;
  let free = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  const clock = {
    now: () => now,
    sleep: (ms: number) =>
      new Promise<void>((wake) => {
        sleepers.push({ at: now + ms, wake });
      }),
  };
  const line = new StartLine<string>({ clock, maxActive, readFree: () => free, mayTake });
  const opened: string[] = [];
  const join = (projectId: string, name: string) => {
    const open = () => {
      free -= 1;
      opened.push(name);
      return name;
    };
    return line.join(projectId, open);
  };
  return {
    line,
    opened,
    join,
    /** So many places become free. */
    release(places: number) {
      free += places;
      line.noteFree();
    },
    /** The queue is given so many of them. */
    claim(places: number, turns = 1) {
      free -= places;
      line.noteClaimed(turns);
    },
    async pass(ms: number) {
      now += ms;
      for (const sleeper of sleepers.splice(0)) {
        if (sleeper.at <= now) sleeper.wake();
        else sleepers.push(sleeper);
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('the line of starts', () => {
  it('is not joined before there was ever a place, nor after a stall', async () => {
    const { line, release, pass } = openLine();
    expect(line.isOpenTo('a')).toBe(false);
    release(1);
    expect(line.isOpenTo('a')).toBe(true);
    await pass(500);
    expect(line.isOpenTo('a')).toBe(false);
  });

  it('serves projects in turns and leaves one place in eight to the queue', async () => {
    const { join, opened, release } = openLine();
    const answers = [join('a', 'a1'), join('a', 'a2'), join('a', 'a3'), join('b', 'b1')];
    release(1);
    expect(opened).toEqual([]);
    release(2);
    release(2);
    expect(opened).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect(await Promise.all(answers)).toEqual(['a1', 'a2', 'a3', 'b1']);
  });

  it('takes turns with the queue when there is one place at a time', () => {
    const { claim, join, opened, release } = openLine();
    for (const name of ['a1', 'a2', 'a3']) void join('a', name);
    release(1);
    claim(1);
    release(1);
    expect(opened).toEqual(['a1']);
    release(1);
    expect(opened).toEqual(['a1']);
    claim(1);
    release(1);
    expect(opened).toEqual(['a1', 'a2']);
  });

  it('takes so many of the last places as it has turns', () => {
    const { claim, join, opened, release } = openLine();
    for (const name of ['a1', 'a2', 'a3']) void join('a', name);
    release(1);
    claim(1, 2);
    release(1);
    release(1);
    expect(opened).toEqual(['a1', 'a2']);
    release(1);
    expect(opened).toEqual(['a1', 'a2']);
  });

  it('knows whether somebody in it may have a place', () => {
    const { join, line } = openLine({ mayTake: (projectId?: string) => projectId !== 'a' });
    expect(line.hasCandidate).toBe(false);
    void join('a', 'a1');
    expect(line.hasCandidate).toBe(false);
    void join('b', 'b1');
    expect(line.hasCandidate).toBe(true);
  });

  it('passes over a project that has had its share', () => {
    const { join, opened, release } = openLine({ mayTake: (projectId?: string) => projectId !== 'a' });
    void join('a', 'a1');
    void join('b', 'b1');
    release(8);
    expect(opened).toEqual(['b1']);
  });

  it('sends all away when no place becomes free for a while', async () => {
    const { join, line, pass, release } = openLine();
    release(0);
    const answer = join('a', 'a1');
    await pass(400);
    release(0);
    await pass(400);
    expect(line.length).toBe(1);
    await pass(500);
    expect(await answer).toBeUndefined();
    expect(line.length).toBe(0);
  });

  it('sends away who waited too long although places become free', async () => {
    const { join, pass, release } = openLine({ mayTake: () => false });
    const first = join('a', 'a1');
    for (let ms = 0; ms <= 2_000; ms += 400) {
      release(1);
      await pass(400);
    }
    release(1);
    await pass(500);
    expect(await first).toBeUndefined();
  });

  it('is as long as it says and no longer', () => {
    const { join, line, release } = openLine({ maxActive: 1 });
    release(0);
    for (let number = 0; number < 32; number++) {
      expect(line.isOpenTo('a')).toBe(true);
      void join('a', String(number));
    }
    expect(line.isOpenTo('a')).toBe(false);
  });

  it('makes room for others when one project has filled it', async () => {
    const { join, line, opened, release } = openLine({ maxActive: 1 });
    release(0);
    const answers = Array.from({ length: 32 }, (_, number) => join('a', `a${number}`));
    expect(line.isOpenTo('b')).toBe(true);
    void join('b', 'b1');
    expect(await answers.at(-1)).toBeUndefined();
    expect(line.length).toBe(32);
    release(2);
    expect(opened).toEqual(['a0', 'b1']);
  });
});
