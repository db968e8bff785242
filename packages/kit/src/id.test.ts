import { describe, expect, it } from 'vitest';
import { createUuid, deriveUuid } from './id.ts';
import { decodeId, encodeId } from './id-text.ts';

describe('createUuid', () => {
  it('sorts in the order of making, also within a millisecond and when the clock goes back', () => {
    const ids = [...Array(5_000)].map((_, i) => createUuid(1_800_000_000_000 - (i % 7)));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has version 7, variant 10 and the time in front', () => {
    const id = createUuid(4_000_000_000_000);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(4_000_000_000_000);
  });
});

describe('deriveUuid', () => {
  it('is the same for the same parts only, wherever one part ends', () => {
    expect(deriveUuid('a', 'b')).toBe(deriveUuid('a', 'b'));
    expect(deriveUuid('a', 'b')).not.toBe(deriveUuid('ab', ''));
    expect(deriveUuid('a', 'b')).not.toBe(deriveUuid('b', 'a'));
    expect(deriveUuid('x')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('ids that people see', () => {
  it('come back as they went', () => {
    const uuid = createUuid();
    expect(decodeId('execution', encodeId('execution', uuid))).toBe(uuid);
  });

  it.each([
    'exe_',
    'wfl_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b',
    'exe_0193A1B2C3D47E5F8A9B0C1D2E3F4A5B',
    "exe_' OR 1=1",
    '',
  ])('refuses %j as an execution id', (text) => expect(decodeId('execution', text)).toBeUndefined());
});
