/**
 * What a node sees of the world while it runs. Everything that touches time, randomness, files, network or secrets
 * comes through here, so that the engine can limit, journal, cancel and simulate it.
 */
import type { Json, JsonObject } from '@navette/kit/portable';
import type { ApprovalRequest } from './approval.ts';
import type { CodePort } from './code-port.ts';
import type { CredentialData } from './credential-type.ts';
import type { WebhookResponse } from './execution.ts';
import type { BinaryRef, Item, PortItems } from './item.ts';
import type { LogLevel, StepNotice } from './journal.ts';
import type { TimeoutRule } from './message.ts';

export interface HttpRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array | URLSearchParams | MultipartPart[];
  /** Milliseconds for the whole exchange. */
  timeoutMs?: number;
  maxResponseBytes?: number;
  redirect?: 'follow' | 'manual' | 'error';
  maxRedirects?: number;
  /** Hosts ("host" or "host:port") the request and its redirects may go to; absent: any public host. */
  allowedHosts?: string[];
  /** Told of each hop before it is made, redirects included; what it throws ends the request. It can refuse, never open. */
  onHop?(hop: HttpHop): void;
}

/** One request on the wire. */
export interface HttpHop {
  method: string;
  /** As in a URL, without the brackets of an address. */
  host: string;
  port: number;
}

export type MultipartPart =
  | { name: string; value: string }
  | { name: string; fileName: string; mediaType: string; data: Uint8Array };

export interface HttpResponse {
  status: number;
  statusText: string;
  /** Lower-case names; a repeated header is joined by ", ", set-cookie by newline. Null prototype. */
  headers: Record<string, string>;
  body: Uint8Array;
  /** After redirects. */
  url: string;
}

/** Outbound HTTP: SSRF rules, limits and the step's abort signal are applied by the host. Throws HTTP_* errors. */
export interface HttpPort {
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface ArtifactPort {
  /** Bytes of a file that an item carries. Throws ARTIFACT_NOT_FOUND. */
  read(ref: BinaryRef): Promise<Uint8Array>;
  /** Stores bytes by content hash; the same bytes are stored once. */
  write(file: { data: Uint8Array | string; fileName: string; mediaType: string }): Promise<BinaryRef>;
}

export interface SignalRequest {
  /** An execution of the project, or whichever of a workflow waits (or will wait) under a correlation key. */
  to: { executionId: string } | { workflowId: string; key: string };
  name: string;
  /** What the wait gives: an item each. */
  items: JsonObject[];
}

export interface SignalPort {
  /**
   * Stores a signal for the execution; one that comes before its wait is kept. Sent again with the same key it changes
   * nothing. Throws SIGNAL_* and EXECUTION_NOT_FOUND.
   * @returns the execution that has it; null when it is kept for one that does not wait yet.
   */
  send(signal: SignalRequest, idempotencyKey: string): Promise<{ executionId: string | null }>;
}

export interface NodeContext<P> {
  /** The parameters, templates evaluated (in `executeItem`: for this item; in `execute`: for item 0) and validated. */
  readonly parameters: P;
  /** The parameters evaluated for another item of the first input port. */
  parametersFor(itemIndex: number): P;
  /** Evaluates a raw template (a parameter listed in `rawParameters`), with more names such as `$response`. */
  evaluate(template: string, extras: ReadonlyMap<string, Json>, itemIndex: number): unknown;
  readonly node: { readonly id: string; readonly name: string };
  readonly workflow: { readonly id: string; readonly name: string; readonly timeZone: string };
  readonly execution: { readonly id: string; readonly mode: string };
  /** Aborted on cancel, timeout and loss of ownership. */
  readonly signal: AbortSignal;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Stable over retries and crashes: derived from execution, step path and item. Send it wherever a protocol takes one. */
  readonly idempotencyKey: string;
  readonly http: HttpPort;
  readonly artifacts: ArtifactPort;
  readonly signals: SignalPort;
  readonly code: CodePort;
  /** Secret data of a credential slot; undefined when the node has none there. */
  credential(
    slot: string,
  ): Promise<{ type: string; data: CredentialData; allowedHosts: string[] } | undefined>;
  /** Unix milliseconds. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  sleep(ms: number): Promise<void>;
  /** A line shown with the step, also while it runs. No secrets. `level`: info when left out. */
  log(message: string, level?: LogLevel, notice?: StepNotice): void;
}

export interface ItemContext<P> extends NodeContext<P> {
  readonly item: Item;
  readonly itemIndex: number;
}

export interface StepContext<P> extends NodeContext<P> {
  /** Items of the first input port. */
  readonly items: readonly Item[];
  /** Items per input port; a port without data has an empty list. */
  readonly inputs: ReadonlyMap<string, readonly Item[]>;
}

/** Ends the step's work for now: the execution is stored and holds no memory until then. */
export type Suspension =
  | { suspend: 'until'; wakeAtMs: number; outputs: PortItems }
  | { suspend: 'child'; workflowId: string; input: JsonObject[]; awaitResult: boolean }
  /** Until a signal comes, whose items go to the first output port. `key`: see AwaitedMessage. */
  | { suspend: 'signal'; name: string; key?: string; timeout?: WaitTimeout }
  /** Until a request comes to the resume address of the step; its item goes to the first output port. */
  | { suspend: 'resume'; timeout?: WaitTimeout }
  /** Until a person decides: the items go to the port "approved" or "rejected", with the decision as `approval`. */
  | { suspend: 'approval'; request: ApprovalRequest; timeout?: WaitTimeout };

export interface WaitTimeout {
  /** Unix milliseconds. */
  atMs: number;
  rule: TimeoutRule;
}

/** A list goes to the first output port. `response` answers the webhook that started the execution. */
export type StepResult = Item[] | { outputs: PortItems; response?: WebhookResponse } | Suspension;

/** What one item became: an item, several, per port, or undefined to drop it. `pairedItem` is filled in. */
export type ItemResult = Item | Item[] | { outputs: PortItems } | undefined;
