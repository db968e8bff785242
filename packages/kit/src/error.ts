/**
 * The one base error. Every failure that leaves a package is a `NavetteError`: it has a stable code, says whose
 * fault it is, whether trying again makes sense and which HTTP status it means at the edge. Codes are declared in
 * one table per package with `defineErrors`, so docs and tests can enumerate them.
 */

/** `user`: the caller can mend it. `operational`: the world failed (network, disk). `bug`: we failed. */
export type ErrorKind = 'user' | 'operational' | 'bug';

/** What a retry policy should do by default; `afterMs` is a hint from the other side (Retry-After). */
export type RetryHint = 'never' | 'default' | { afterMs: number };

export type ErrorParams = Record<string, string | number | boolean | null | undefined>;

export interface ErrorSpec {
  kind: ErrorKind;
  /** HTTP status at the API edge. */
  status: number;
  retry: RetryHint;
  /** What happened; `{name}` is replaced from params. */
  message: string;
  /** What to do about it; `{name}` is replaced from params. */
  help: string;
}

export interface ErrorOptions {
  params?: ErrorParams;
  cause?: unknown;
  retry?: RetryHint;
  /** Field-level findings: `path` is a JSON pointer into the input ("/nodes/3/type"). */
  issues?: readonly FieldIssue[];
  /** Replaces the message of the table where the caller knows better words. */
  message?: string;
}

export interface FieldIssue {
  path: string;
  message: string;
  /** Of a workflow: the node that it is about. */
  nodeId?: string;
  /** Place in the text at the path, from 1. */
  line?: number;
  column?: number;
}

/** The stored and transmitted form of an error: no stack, no cause, no secrets. */
export interface ErrorRecord {
  code: string;
  message: string;
  help?: string | undefined;
  kind: ErrorKind;
  retryable: boolean;
  issues?: readonly FieldIssue[] | undefined;
  /** Where it happened, filled in by the engine. */
  nodeId?: string | undefined;
  nodeName?: string | undefined;
  itemIndex?: number | undefined;
}

const marker = Symbol.for('navette.error');

export class NavetteError extends Error {
  readonly [marker] = true;
  override readonly name = 'NavetteError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly status: number;
  readonly retry: RetryHint;
  readonly help: string;
  readonly params: ErrorParams;
  readonly issues: readonly FieldIssue[] | undefined;

  constructor(code: string, spec: ErrorSpec, options: ErrorOptions = {}) {
    const params = options.params ?? {};
    super(
      options.message ?? fill(spec.message, params),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.kind = spec.kind;
    this.status = spec.status;
    this.retry = options.retry ?? spec.retry;
    this.help = fill(spec.help, params);
    this.params = params;
    this.issues = options.issues;
  }

  /** Works across realms and duplicate copies of this package, unlike `instanceof`. */
  static is(value: unknown): value is NavetteError {
    return typeof value === 'object' && value !== null && marker in value;
  }

  toRecord(): ErrorRecord {
    const record: ErrorRecord = {
      code: this.code,
      message: this.message,
      kind: this.kind,
      retryable: this.retry !== 'never',
    };
    if (this.help) record.help = this.help;
    if (this.issues) record.issues = this.issues;
    return record;
  }
}

export type ErrorTable<Codes extends string> = {
  readonly specs: Readonly<Record<Codes, ErrorSpec>>;
  /** Builds (does not throw) the error of that code. */
  create(code: Codes, options?: ErrorOptions): NavetteError;
};

/**
 * Declares the codes of a package.
 * @example
 * const errors = defineErrors({ STORE_SCHEMA_NEWER: { kind: 'user', status: 500, retry: 'never', message: '…', help: '…' } });
 * throw errors.create('STORE_SCHEMA_NEWER', { params: { found: 9 } });
 */
export function defineErrors<Codes extends string>(specs: Record<Codes, ErrorSpec>): ErrorTable<Codes> {
  return {
    specs,
    create: (code, options) => new NavetteError(code, specs[code], options),
  };
}

const unexpected: ErrorSpec = {
  kind: 'bug',
  status: 500,
  retry: 'default',
  message: 'Something unexpected went wrong: {detail}',
  help: 'This is a defect in Navette or in a node. The log has the details under the same time.',
};

/** Turns whatever was thrown into a `NavetteError`; known ones pass through unchanged. */
export function toNavetteError(thrown: unknown): NavetteError {
  if (NavetteError.is(thrown)) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new NavetteError('INTERNAL_UNEXPECTED', unexpected, { params: { detail }, cause: thrown });
}

function fill(template: string, params: ErrorParams): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = Object.hasOwn(params, key) ? params[key] : undefined;
    return value === undefined ? whole : String(value);
  });
}
