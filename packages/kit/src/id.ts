import { hash, randomFillSync } from 'node:crypto';
import { formatUuid } from './id-text.ts';

export interface IdSource {
  /** A new bare UUIDv7 ("0193…", 36 characters). */
  uuid(): string;
}

/** Random bytes of which each id takes ten, and the same as text: making the digits of many at once costs a fraction. */
const pool = Buffer.alloc(10 * 256);
let poolText = '';
let poolAt = pool.length;
let lastMs = 0;
/** "0193a1b2-c3d4-7": of `lastMs`. */
let timeText = '';
let sequence = 0;

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then a 12-bit counter that rises within a millisecond
 * (method 1 of §6.2), then 62 random bits. Ids made by one process sort in the order they were made.
 */
export function createUuid(nowMs: number = Date.now()): string {
  if (poolAt >= pool.length) {
    randomFillSync(pool);
    poolText = pool.toString('hex');
    poolAt = 0;
  }
  const at = poolAt;
  poolAt += 10;
  if (nowMs > lastMs) setTime(nowMs, ((pool[at]! << 8) | pool[at + 1]!) & 0x7ff);
  else if (++sequence > 0xfff) setTime(lastMs + 1, 0);
  const counted = `${hexPairs[sequence >> 8]![1]}${hexPairs[sequence & 0xff]}`;
  const variant = hexPairs[(pool[at + 2]! & 0x3f) | 0x80];
  const random = poolText.slice(2 * at + 6, 2 * at + 20);
  return `${timeText}${counted}-${variant}${random.slice(0, 2)}-${random.slice(2)}`;
}

function setTime(ms: number, first: number): void {
  lastMs = ms;
  sequence = first;
  const digits = ms.toString(16).padStart(12, '0');
  timeText = `${digits.slice(0, 8)}-${digits.slice(8)}-7`;
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
