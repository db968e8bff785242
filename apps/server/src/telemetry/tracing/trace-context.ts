/**
 * Which trace something belongs to. A trace id is either given by whoever called us (W3C Trace Context) or follows from
 * ids that are stored anyway, so that any process, before or after a crash, comes to the same one.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { NewExecution } from '@navette/engine';

export interface TraceContext {
  /** 32 hex digits. */
  traceId: string;
  /** Of the span that things of this context have as their parent, 16 hex digits. */
  spanId: string | undefined;
  /** Whether anybody wants its spans. */
  sampled: boolean;
}

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** Undefined when it is malformed, which by the specification counts as none. */
export function parseTraceParent(text: string): TraceContext | undefined {
  const match = pattern.exec(text);
  // Only versions after 00 may have more fields.
  if (!match || (text.startsWith('00-') && text.length !== 55)) return undefined;
  const [, traceId, spanId, flags] = match;
  return { traceId: traceId!, spanId: spanId!, sampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}

export function encodeTraceParent({ traceId, spanId, sampled }: TraceContext & { spanId: string }): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

export function createTraceId(): string {
  return randomBytes(16).toString('hex');
}

export function createSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** The same parts always give the same id. */
export function deriveSpanId(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** For an execution that nobody's request began: a chain of retries is one trace. */
export function deriveTraceId({ rootId }: Pick<NewExecution, 'rootId'>): string {
  return rootId.replaceAll('-', '');
}

/** The same for all spans of a trace, in every process: its last 48 bits are chance, also in an id that begins with time. */
export function isSampled(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(-12), 16) < ratio * 2 ** 48;
}
