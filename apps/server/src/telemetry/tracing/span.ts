export type SpanKind = 'internal' | 'server' | 'client';

/** A finished piece of work as a tracing backend gets it. Attributes hold ids, types and codes, never data. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  /** Of few kinds: "step http-request", never an id. */
  name: string;
  kind: SpanKind;
  /** Unix milliseconds, with fractions where they are known. */
  startMs: number;
  endMs: number;
  attributes: Readonly<Record<string, string | number | boolean>>;
  /** The code of what went wrong. */
  errorCode?: string | undefined;
}

/** Takes finished spans; must not throw, and must not wait. */
export interface SpanSink {
  add(span: Span): void;
  /** Sends what is left, for a short while at most. */
  close(): Promise<void>;
}

/** Now, with fractions of a millisecond, on the clock that spans share with the journal. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
