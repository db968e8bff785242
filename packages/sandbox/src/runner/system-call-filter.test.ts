/** The filter as the kernel reads it: a small machine runs it over calls. */
import { describe, expect, it } from 'vitest';
import { encodeSystemCallFilter } from './system-call-filter.ts';

const allowed = 'allowed';
const killed = 'killed';

interface Call {
  number: number;
  /** AUDIT_ARCH_X86_64 unless said otherwise. */
  audit?: number;
  flags?: number;
}

/** What the kernel would do with the call; the number of the error where it refuses. */
function judge(filter: Buffer, { number, audit = 0xc000003e, flags = 0 }: Call): string | number {
  let accumulator = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const code = filter.readUInt16LE(at);
    const [ifTrue, ifFalse] = [filter.readUInt8(at + 2), filter.readUInt8(at + 3)];
    const value = filter.readUInt32LE(at + 4);
    if (code === 0x20) accumulator = ({ 0: number, 4: audit, 16: flags } as Record<number, number>)[value]!;
    else if (code === 0x15) at += 8 * (accumulator === value ? ifTrue : ifFalse);
    else if (code === 0x45) at += 8 * ((accumulator & value) !== 0 ? ifTrue : ifFalse);
    else if (code === 0x06) {
      if (value === 0x7fff0000) return allowed;
      return value === 0x80000000 ? killed : value & 0xffff;
    } else throw new Error(`An instruction that is not used: ${code}`);
  }
  throw new Error('The program runs over its end');
}

const read = 0;
const socket = 41;
const clone = 56;
const fork = 57;
const ptrace = 101;
const mount = 165;
const bpf = 321;
const clone3 = 435;

describe('the filter of a runner that has threads alone', () => {
  const filter = encodeSystemCallFilter('x64', { processes: false })!;

  it('lets ordinary calls and new threads through', () => {
    expect(judge(filter, { number: read })).toBe(allowed);
    expect(judge(filter, { number: clone, flags: 0x3d0f00 })).toBe(allowed);
  });

  it('refuses sockets, tracing, mounts and new processes', () => {
    for (const number of [socket, ptrace, mount, bpf, fork]) expect(judge(filter, { number })).toBe(1);
    expect(judge(filter, { number: clone, flags: 17 })).toBe(1);
    expect(judge(filter, { number: clone3 })).toBe(38);
  });

  it('ends whatever calls in the form of another architecture', () => {
    expect(judge(filter, { number: read, audit: 0x40000003 })).toBe(killed);
    expect(judge(filter, { number: 0x40000000 + read })).toBe(killed);
  });
});

describe('the filter of a runner that may have processes', () => {
  it('refuses the same, and lets forks through', () => {
    const filter = encodeSystemCallFilter('x64', { processes: true })!;
    for (const number of [fork, clone3]) expect(judge(filter, { number })).toBe(allowed);
    expect(judge(filter, { number: clone, flags: 17 })).toBe(allowed);
    expect(judge(filter, { number: socket })).toBe(1);
  });
});

it('there is none for a machine whose calls have unknown numbers', () => {
  expect(encodeSystemCallFilter('riscv64', { processes: false })).toBeUndefined();
  expect(encodeSystemCallFilter('arm64', { processes: false })).toBeDefined();
});
