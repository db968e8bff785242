import { hash, randomFillSync } from 'node:crypto';
import { formatUuid } from './id-text.ts';

export interface IdSource {
  /** A new bare UUIDv7 ("0193…", 36 characters). */
  uuid(): string;
}

const pool = Buffer.alloc(16 * 256);
let poolAt = pool.length;
let lastMs = 0;
let sequence = 0;

/**
 * UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then a 12-bit counter that rises within a millisecond
 * (method 1 of §6.2), then 62 random bits. Ids made by one process sort in the order they were made.
 */
export function createUuid(nowMs: number = Date.now()): string {
  if (poolAt + 16 > pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  const b = pool.subarray(poolAt, poolAt + 16);
  poolAt += 16;
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = ((b[6]! << 8) | b[7]!) & 0x7ff;
  } else if (++sequence > 0xfff) {
    lastMs += 1;
    sequence = 0;
  }
  b.writeUIntBE(lastMs, 0, 6);
  b[6] = 0x70 | (sequence >> 8);
  b[7] = sequence & 0xff;
  b[8] = (b[8]! & 0x3f) | 0x80;
  return formatUuid(b.toString('hex'));
}

/** A UUIDv8 derived from text: the same parts always give the same id (child executions, effect keys). */
export function deriveUuid(...parts: readonly string[]): string {
  const text = parts.map((part) => `${Buffer.byteLength(part)}:${part};`).join('');
  const b = hash('sha256', text, 'buffer').subarray(0, 16);
  b[6] = (b[6]! & 0x0f) | 0x80;
  b[8] = (b[8]! & 0x3f) | 0x80;
  return formatUuid(b.toString('hex'));
}

export const systemIds: IdSource = { uuid: () => createUuid() };
