import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scopeOf } from './address-scope.ts';
import { parseIp, parseIpRange, parseUnmappedIp } from './ip-address.ts';

function scope(text: string) {
  const address = parseUnmappedIp(text);
  return address ? scopeOf(address) : 'no address';
}

describe('scopeOf', () => {
  it.each([
    ['8.8.8.8', 'global'],
    ['1.1.1.1', 'global'],
    ['9.255.255.255', 'global'],
    ['11.0.0.0', 'global'],
    ['100.63.255.255', 'global'],
    ['100.128.0.0', 'global'],
    ['172.15.255.255', 'global'],
    ['172.32.0.0', 'global'],
    ['192.167.255.255', 'global'],
    ['192.169.0.0', 'global'],
    ['198.17.255.255', 'global'],
    ['198.20.0.0', 'global'],
    ['223.255.255.255', 'global'],
    ['0.0.0.0', 'unspecified'],
    ['0.255.255.255', 'unspecified'],
    ['10.0.0.0', 'private'],
    ['10.255.255.255', 'private'],
    ['100.64.0.0', 'shared'],
    ['100.127.255.255', 'shared'],
    ['100.100.100.200', 'metadata'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['168.63.129.16', 'metadata'],
    ['169.254.0.1', 'link-local'],
    ['169.254.169.254', 'metadata'],
    ['169.254.170.2', 'metadata'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.1', 'reserved'],
    ['192.0.0.192', 'metadata'],
    ['192.0.2.1', 'documentation'],
    ['192.88.99.1', 'tunnel'],
    ['192.168.0.1', 'private'],
    ['198.18.0.0', 'benchmarking'],
    ['198.19.255.255', 'benchmarking'],
    ['198.51.100.7', 'documentation'],
    ['203.0.113.7', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
  ])('IPv4 %s is %s', (address, expected) => {
    expect(scope(address)).toBe(expected);
  });

  it.each([
    ['2606:4700:4700::1111', 'global'],
    ['2a00:1450:4007:80e::200e', 'global'],
    ['2001:4860:4860::8888', 'global'],
    ['2001:200::', 'global'],
    ['::ffff:8.8.8.8', 'global'],
    ['64:ff9b::8.8.8.8', 'global'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::2', 'reserved'],
    ['::127.0.0.1', 'reserved'],
    ['::8.8.8.8', 'reserved'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'metadata'],
    ['::ffff:10.1.2.3', 'private'],
    ['::ffff:0:127.0.0.1', 'reserved'],
    ['64:ff9b::127.0.0.1', 'loopback'],
    ['64:ff9b::a9fe:a9fe', 'metadata'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['64:ff9b:1::10.0.0.1', 'reserved'],
    ['100::1', 'reserved'],
    ['2001::1', 'tunnel'],
    ['2001:0:4136:e378:8000:63bf:80ff:fffe', 'tunnel'],
    ['2001:10::1', 'reserved'],
    ['2001:20::1', 'reserved'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::', 'tunnel'],
    ['2002:808:808::', 'tunnel'],
    ['3fff::1', 'documentation'],
    ['3fff:fff:ffff::1', 'documentation'],
    ['3fff:1000::1', 'global'],
    ['4000::1', 'reserved'],
    ['5f00::1', 'reserved'],
    ['fc00::1', 'private'],
    ['fd12:3456::1', 'private'],
    ['fd00:ec2::254', 'metadata'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['febf::1', 'link-local'],
    ['fec0::1', 'reserved'],
    ['ff02::1', 'multicast'],
  ])('IPv6 %s is %s', (address, expected) => {
    expect(scope(address)).toBe(expected);
  });

  it('reads every spelling of one address alike', () => {
    const value = 0x2001_0db8_0000_0000_0001_0000_0000_0001n;
    const spellings = [
      '2001:db8::1:0:0:1',
      '2001:0DB8:0:0:1::1',
      '2001:db8:0:0:1:0:0.0.0.1',
      '2001:db8::1:0:0:1%lo',
    ];
    expect(spellings.map(parseIp)).toEqual(spellings.map(() => ({ version: 6, value })));
    expect(['', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.256', '::g', '1::2::3', 'a.b'].map(parseIp)).toEqual(
      Array(8).fill(undefined),
    );
    expect(['1.2.3.4/33', '::/129', '1.2.3.4', '1.2.3.4/', '/8', 'x/8'].map(parseIpRange)).toEqual(
      Array(6).fill(undefined),
    );
  });
});

/** Written down apart from the product's table, from the IANA registries, and matched by Node's own code. */
describe('scopeOf against an independent table', () => {
  const closed4 = new BlockList();
  for (const [net, bits] of [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
    ['168.63.129.16', 32],
  ] as const)
    closed4.addSubnet(net, bits, 'ipv4');

  const open6 = new BlockList();
  open6.addSubnet('2000::', 3, 'ipv6');
  const closed6 = new BlockList();
  for (const [net, bits] of [
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
  ] as const)
    closed6.addSubnet(net, bits, 'ipv6');

  const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
  const anyIpv4 = fc.oneof(
    fc.integer({ min: 0, max: 0xffff_ffff }),
    // Around the edges of the closed ranges, where mistakes are.
    fc
      .tuple(
        fc.constantFrom(
          ...[0x0100, 0x0a00, 0x0b00, 0x6440, 0x6480, 0x7f00, 0x8000, 0xa9fe, 0xa9ff, 0xac10, 0xac20, 0xc000],
          ...[0xc058, 0xc0a8, 0xc0a9, 0xc612, 0xc614, 0xc633, 0xcb00, 0xe000, 0xf000],
        ),
        fc.integer({ min: -70_000, max: 70_000 }),
      )
      .map(([top, offset]) => Math.min(0xffff_ffff, Math.max(0, top * 65_536 + offset))),
  );
  const colons = (groups: number[]) => groups.map((group) => group.toString(16)).join(':');
  const group = fc.integer({ min: 0, max: 0xffff });
  const anyIpv6 = fc
    .tuple(
      fc.oneof(
        group,
        fc.constantFrom(0x2001, 0x2002, 0x3fff, 0x3ffe, 0x2000, 0x1fff, 0x4000, 0xfe80, 0xfc00, 0),
      ),
      fc.oneof(group, fc.constantFrom(0, 1, 0x1ff, 0x200, 0xdb8, 0xdb9, 0xfff, 0x1000)),
      fc.array(group, { minLength: 6, maxLength: 6 }),
    )
    .map(([first, second, rest]) => [first, second, ...rest]);

  it('agrees on IPv4, bare, mapped and behind NAT64', () => {
    fc.assert(
      fc.property(anyIpv4, (value) => {
        const isOpen = !closed4.check(dotted(value), 'ipv4');
        for (const text of [dotted(value), `::ffff:${dotted(value)}`, `64:ff9b::${dotted(value)}`])
          expect(`${text} ${scope(text) === 'global'}`).toBe(`${text} ${isOpen}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees on IPv6', () => {
    fc.assert(
      fc.property(anyIpv6, (groups) => {
        const text = colons(groups);
        // 64:ff9b::/96 and ::ffff:0:0/96 need six fixed groups: random ones don't meet them.
        const isOpen = open6.check(text, 'ipv6') && !closed6.check(text, 'ipv6');
        expect(`${text} ${scope(text) === 'global'}`).toBe(`${text} ${isOpen}`);
      }),
      { numRuns: 3000 },
    );
  });
});
