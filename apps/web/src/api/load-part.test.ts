import { describe, expect, it } from 'vitest';
import { loadPart, type PartWorld } from './load-part.ts';

/** A part that comes at the given try, and what was done meanwhile. The server is there from that try on. */
function open({
  loadsAt,
  thereAt,
  mayReload = true,
}: {
  loadsAt: number;
  thereAt: number;
  mayReload?: boolean;
}) {
  const done: string[] = [];
  let tries = 0;
  const world: PartWorld = {
    isServerThere: async () => tries >= thereAt,
    pause: async () => void done.push('pause'),
    reload: () => {
      done.push('reload');
      return mayReload;
    },
  };
  const load = async () => {
    tries += 1;
    if (tries < loadsAt) throw new TypeError('Failed to fetch dynamically imported module');
    return 'part';
  };
  return { load, world, done };
}

describe('loadPart', () => {
  it('gives what comes at once', async () => {
    const { load, world, done } = open({ loadsAt: 1, thereAt: 1 });
    expect(await loadPart(load, world)).toBe('part');
    expect(done).toEqual([]);
  });

  it('waits for a server that is away, and never loads the page anew meanwhile', async () => {
    const { load, world, done } = open({ loadsAt: 4, thereAt: 4 });
    expect(await loadPart(load, world)).toBe('part');
    expect(done).toEqual(['pause', 'pause', 'pause']);
  });

  it('tries once more when the server has come back between the try and the look', async () => {
    const { load, world, done } = open({ loadsAt: 3, thereAt: 2 });
    expect(await loadPart(load, world)).toBe('part');
    expect(done).toEqual(['pause']);
  });

  it('loads the page anew when the server is there and the file is not, once', async () => {
    const gone = { loadsAt: Infinity, thereAt: 1 };
    const first = open(gone);
    void loadPart(first.load, first.world);
    await expect.poll(() => first.done).toEqual(['reload']);
    const again = open({ ...gone, mayReload: false });
    await expect(loadPart(again.load, again.world)).rejects.toThrow('dynamically imported');
  });
});
