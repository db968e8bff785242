/** One record of a step as expressions see it. Must be a plain object; it is never changed by an expression. */
export interface ItemView {
  readonly json: unknown;
  readonly binary?: unknown;
  readonly pairedItem?: unknown;
}

/** Which list of items of a node: an output (port name, or position) and a run (0 first, -1 latest). */
export interface OutputSelector {
  /** Absent: the output through which the node leads to the current one. */
  output?: string | number | undefined;
  /** Absent: the run that belongs to the current one. */
  run?: number | undefined;
}

/** Another node of the workflow, seen from the current item. Built lazily: an expression pays for what it reads. */
export interface NodeView {
  readonly isExecuted: boolean;
  /** Its parameters as resolved for this execution; undefined when the host does not know them. */
  readonly params?: unknown;
  /** State that the node keeps between its runs (loops). */
  readonly context?: unknown;
  readonly runIndex?: number;
  /** Its output items; an empty list when that output got none. Asked only when `isExecuted`. */
  all(selector: OutputSelector): readonly ItemView[];
  /**
   * The item of this node that the current step's input item `itemIndex` came from, by following item links back.
   * Undefined when there is none; may throw a NavetteError that explains an ambiguous or missing link.
   */
  itemMatching(itemIndex: number): ItemView | undefined;
}

/** What an expression can read. The engine implements it lazily, once per item; every member may be a getter. */
export interface ExpressionScope {
  /** `json` of the current item; may throw EXPRESSION_NO_ITEM. */
  readonly json: unknown;
  /** `binary` of the current item: file references by key. */
  readonly binary: unknown;
  readonly itemIndex: number;
  readonly runIndex: number;
  /** The items on the current input, in order. */
  items(): readonly ItemView[];
  /** A node by its name; undefined when the workflow has none of that name. */
  node(name: string): NodeView | undefined;
  readonly workflow: { readonly id?: string; readonly name?: string; readonly active?: boolean };
  readonly execution: {
    readonly id?: string;
    readonly mode?: string;
    readonly resumeUrl?: string;
    readonly resumeFormUrl?: string;
    /** Addresses that end the wait of a later step. Without a name: the next one that waits so. They throw when there is none. */
    readonly links?: {
      resume(nodeName?: string): string;
      approval(person: string, nodeName?: string): string;
    };
    readonly customData?: ReadonlyMap<string, string>;
  };
  readonly prevNode?:
    | { readonly name: string; readonly outputIndex: number; readonly runIndex: number }
    | undefined;
  /** Project variables. */
  readonly vars: ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>;
  /** Environment variables; absent means that `$env` is denied, which is the rule. */
  readonly env?: ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>> | undefined;
  /** The node that the expression belongs to. */
  readonly self?:
    | {
        readonly id?: string | undefined;
        readonly name?: string | undefined;
        readonly typeVersion?: number | undefined;
        readonly webhookId?: string | undefined;
        readonly params?: unknown;
        readonly context?: unknown;
      }
    | undefined;
  /** Names that only exist in special places, such as `$response` in pagination settings. */
  readonly extras?: ReadonlyMap<string, unknown> | undefined;
  /** Unix milliseconds of `$now`. Injected so that a replay sees the same time. */
  now(): number;
  /** IANA zone of the workflow, such as "Europe/Paris". */
  readonly timeZone: string;
  /** In [0, 1). Injected so that a replay draws the same numbers. */
  random(): number;
}
