import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashContent } from './content-hash.ts';
import { assignPath, encodeCanonical, type JsonObject, parsePath, readPath } from './json.ts';

describe('encodeCanonical', () => {
  it('does not depend on the order of keys, and parses back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const shuffled = JSON.parse(JSON.stringify(value), (_, inner) =>
          inner && typeof inner === 'object' && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).reverse())
            : inner,
        );
        expect(encodeCanonical(shuffled)).toBe(encodeCanonical(value));
        expect(JSON.parse(encodeCanonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('tells different content apart', () => {
    expect(hashContent({ a: 1, b: [2] })).toBe(hashContent({ b: [2], a: 1 }));
    expect(hashContent({ a: 1 })).not.toBe(hashContent({ a: '1' }));
    expect(hashContent({ a: undefined })).toBe(hashContent({}));
  });
});

describe('paths', () => {
  it('read and write nested values and lists', () => {
    const target: JsonObject = { keep: true };
    assignPath(target, 'customer.address.city', 'Lyon');
    assignPath(target, 'lines[1].sku', 'A-1');
    expect(target).toMatchObject({ keep: true, customer: { address: { city: 'Lyon' } } });
    expect(readPath(target, 'lines[1].sku')).toBe('A-1');
    expect(readPath(target, 'lines[0].sku')).toBeUndefined();
    expect(parsePath('a[2][3].b')).toEqual(['a', 2, 3, 'b']);
  });

  it.each(['__proto__.polluted', 'a.__proto__.polluted', 'constructor.prototype.polluted', 'a.constructor'])(
    'refuse %s and leave every prototype alone',
    (path) => {
      expect(() => assignPath({ a: {} }, path, true)).toThrow(TypeError);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  it('see own properties only', () => {
    expect(readPath({}, 'constructor.name')).toBeUndefined();
    expect(readPath([], 'length.constructor')).toBeUndefined();
  });

  it('refuse a list index that would fill the memory', () => {
    expect(() => assignPath({ a: [] }, 'a[9999999]', 1)).toThrow(/too large/);
  });
});
