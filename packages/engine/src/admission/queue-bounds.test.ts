import { NavetteError } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import { QueueBounds } from './queue-bounds.ts';

const options = { maxQueuedPerProject: 3, maxQueued: 5 };

async function createBounds(counts: Record<string, number>, now = 0): Promise<QueueBounds> {
  const bounds = new QueueBounds(options);
  await bounds.load(async () => new Map(Object.entries(counts)), now);
  return bounds;
}

function refusalOf(bounds: QueueBounds, projectId: string): NavetteError | undefined {
  try {
    bounds.assertRoom(projectId);
    return undefined;
  } catch (error) {
    if (NavetteError.is(error)) return error;
    throw error;
  }
}

describe('QueueBounds', () => {
  it('refuses a project that has too much, and lets the others in', async () => {
    const bounds = await createBounds({ a: 3 });
    expect(refusalOf(bounds, 'a')).toMatchObject({ code: 'QUEUE_FULL_PROJECT', status: 429 });
    expect(refusalOf(bounds, 'b')).toBeUndefined();
  });

  it('refuses everybody when there is too much in all', async () => {
    const bounds = await createBounds({ a: 2, b: 3 });
    expect(refusalOf(bounds, 'c')).toMatchObject({ code: 'QUEUE_FULL_INSTANCE', status: 503 });
  });

  it('counts on from a reading what it queues and takes itself', async () => {
    const bounds = await createBounds({ a: 2 });
    bounds.noteQueued('a');
    expect(refusalOf(bounds, 'a')?.code).toBe('QUEUE_FULL_PROJECT');
    bounds.noteTaken('a');
    expect(refusalOf(bounds, 'a')).toBeUndefined();
  });

  it('counts nothing twice that happens while it reads', async () => {
    const bounds = await createBounds({ a: 3 });
    const read = Promise.withResolvers<ReadonlyMap<string, number>>();
    const loading = bounds.load(() => read.promise, 1_000);
    bounds.noteTaken('a');
    expect(refusalOf(bounds, 'a')).toBeUndefined();
    bounds.noteQueued('a');
    read.resolve(new Map([['a', 3]]));
    await loading;
    expect(refusalOf(bounds, 'a')).toBeUndefined();
    bounds.noteQueued('a');
    expect(refusalOf(bounds, 'a')?.code).toBe('QUEUE_FULL_PROJECT');
  });

  it('keeps its counts when they cannot be read', async () => {
    const bounds = await createBounds({ a: 3 });
    await expect(bounds.load(() => Promise.reject(new Error('away')), 1_000)).rejects.toThrow('away');
    expect(refusalOf(bounds, 'a')?.code).toBe('QUEUE_FULL_PROJECT');
  });

  it('says when to come again, from how fast the queue gets shorter', async () => {
    const bounds = await createBounds({ a: 1_000 });
    const retryOf = () => refusalOf(bounds, 'a')!.retry;
    // Nobody knows yet.
    expect(retryOf()).toEqual({ afterMs: 10_000 });
    await bounds.load(async () => new Map([['a', 998]]), 1_000);
    expect(retryOf()).toEqual({ afterMs: 60_000 });
    await bounds.load(async () => new Map([['a', 18]]), 2_000);
    await bounds.load(async () => new Map([['a', 8]]), 3_000);
    expect(retryOf()).toEqual({ afterMs: 1_000 });
  });
});
