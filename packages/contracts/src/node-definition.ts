import type { JsonObject } from '@navette/kit/portable';
import type { z } from 'zod';
import type { HeldCode } from './code-port.ts';
import type { Item } from './item.ts';
import type { PassPlan } from './journal.ts';
import type { ItemContext, ItemResult, StepContext, StepResult } from './node-context.ts';
import type { EffectClass, Localized, nodeGroups } from './node-type.ts';

export interface NodeExample {
  title: Localized;
  parameters: JsonObject;
  /** Items per input port. */
  inputs: Record<string, Item[]>;
  /** What comes out; run as a test by `testExamples`. */
  outputs: Record<string, Item[]>;
}

interface NodeBase<P extends z.ZodType> {
  /** kebab-case, never renamed. */
  type: string;
  version: number;
  group: (typeof nodeGroups)[number];
  /** A Tabler icon name: "filter", "world". */
  icon: string;
  name: Localized;
  description: Localized;
  /** Markdown: what it does, each parameter, errors. */
  docs: Localized;
  /** Validates parameters after templates were evaluated. Strict objects with defaults; labelled with `label`. */
  parameters: P;
  examples: NodeExample[];
}

export interface NodeDefinition<P extends z.ZodType = z.ZodType> extends NodeBase<P> {
  kind: 'node';
  /** Input ports; default ["main"]. */
  inputs?: readonly string[] | ((parameters: z.output<P>) => readonly string[]);
  /** Output ports; default ["main"]. The error port is added by the engine. */
  outputs?: readonly string[] | ((parameters: z.output<P>) => readonly string[]);
  effect: EffectClass | ((parameters: z.output<P>) => EffectClass);
  credentials?: readonly { slot: string; types: readonly string[]; required: boolean }[];
  /** A link can end the waits of this node: expressions of the steps before it may give the link away. */
  link?: 'resume' | 'approval';
  /** Top-level parameters whose templates the node evaluates itself with `ctx.evaluate`. */
  rawParameters?: readonly string[];
  /** Those of the raw ones that hold text in which braces mean nothing, such as code: never templates. */
  literalParameters?: readonly string[];
  /** Exactly one of the two. Per item: the engine loops, retries and journals each item (what effects want). */
  executeItem?(ctx: ItemContext<z.output<P>>): Promise<ItemResult> | ItemResult;
  /** All items at once. */
  execute?(ctx: StepContext<z.output<P>>): Promise<StepResult> | StepResult;
  /** Set on nodes that mean nothing as a call of a program: what it writes in their place ("write while (…) { … }"). */
  notCallable?: string;
  /** Set on nodes that hold a program: its calls become steps below this one. In place of `execute`. */
  program?(parameters: z.output<P>): ProgramSource;
  /**
   * Set on nodes that hold code, in the first of `literalParameters`: what the sandbox is asked about it before the
   * workflow is published. `modules`: the libraries that code can import. Throws what it finds itself, a NavetteError of
   * kind user with `line` in its params.
   */
  codeOf?(parameters: z.output<P>, modules: readonly string[]): HeldCode;
  /** Set on nodes that run a part of the graph in passes; `execute` is used when nothing is connected to the body. */
  passes?: PassesDefinition<P>;
}

export interface ProgramSource {
  language: 'typescript' | 'javascript';
  /** A module whose default export is `async function (ctx, input)`. */
  source: string;
  /** A named policy that narrows what the project allows. */
  policy?: string | undefined;
  /** Hosts that its calls may reach, as far as the policies allow them; none when left out. */
  allowedHosts?: readonly string[] | undefined;
}

/**
 * The body: what the output port `port` leads to, up to the edges back to the node. Items that come back leave by the first
 * output port in the end. Both functions must be pure: the same items and parameters give the same answer.
 */
export interface PassesDefinition<P extends z.ZodType = z.ZodType> {
  port: string;
  /** Input port that ends the passes: after a pass from which items came to it there is no other. */
  breakPort?: string;
  plan(ctx: StepContext<z.output<P>>): PassPlan;
  /** By condition: positions of those items that came back which take another pass. */
  chooseNext?(ctx: StepContext<z.output<P>>): number[];
}

export interface WebhookSpec {
  methods: readonly string[];
  /** "orders/:id" without a leading slash. */
  path: string;
  respond: 'immediately' | 'finished' | 'node';
  rawBody: boolean;
  /** Credential slot "auth" must match the request when set. */
  authenticated: boolean;
  /** Status of the immediate and finished answers. */
  responseStatus: number;
}

export interface ScheduleSpec {
  /** Five- or six-field cron expressions. */
  crons: readonly string[];
  /** Default: the workflow's. */
  timeZone?: string;
  /** What to do with runs missed while the product was down: none, one, or every one (at most 100). */
  missedRuns: 'skip' | 'run-once' | 'run-all';
}

export interface TriggerDefinition<P extends z.ZodType = z.ZodType> extends NodeBase<P> {
  kind: 'trigger';
  source: 'manual' | 'webhook' | 'schedule' | 'parent' | 'error';
  credentials?: readonly { slot: string; types: readonly string[]; required: boolean }[];
  webhook?(parameters: z.output<P>): WebhookSpec;
  schedule?(parameters: z.output<P>): ScheduleSpec;
  /** Throws a NavetteError when the input of a run is not acceptable. */
  accept?(parameters: z.output<P>, items: Item[]): Item[];
}

export type AnyNodeDefinition = NodeDefinition | TriggerDefinition;
