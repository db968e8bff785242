/** The parts of `navette.d.ts` that no node type changes. They say what the prelude of programs (packages/sandbox) does. */

export const programTypesHead = `/**
 * Types of coded workflows: what \`ctx\` offers, and the parameters of every node type. Generated from the node catalogue
 * by \`navette types\`; \`navette check\` uses the same. Nothing of it is needed to run a program.
 */

/** What JSON can say. Objects of any interface pass; what JSON cannot say is left out of them. */
type Json = string | number | boolean | null | Json[] | { [name: string]: any };
`;

export const programTypesTail = `type NodeType = keyof NodeTypes;

/** Of a type that a program cannot call, what to write in its place: it stands in the mistake. */
type CallableType<Type extends string> = Type extends keyof NotCallable ? NotCallable[Type] : Type;
type NamedType = NodeType | keyof NotCallable;
type NodeParameters<Type extends string> = Type extends NodeType
  ? NodeTypes[Type]['parameters']
  : { [name: string]: Json };

/** Options of every call. */
interface CallName {
  /** By which the call is found again: 1 to 64 letters, digits, "_" or "-". The second call of a name is "name:2". */
  name?: string;
  settings?: CallSettings;
}

interface CallOptions<Type extends string = NodeType> extends CallName {
  /** The \`json\` of the items that go in, { json, binary } for those with files; one empty item when left out. */
  items?: { [name: string]: any }[];
  /** Slot to credential. */
  credentials?: { [Slot in SlotOf<Type>]?: { id: string } };
}

type SlotOf<Type extends string> = Type extends NodeType ? NodeTypes[Type]['credentials'] : never;

/** Parameters may be left out where none is required. */
type CallArguments<Type extends string> = {} extends NodeParameters<Type>
  ? [parameters?: NodeParameters<Type>, options?: CallOptions<Type>]
  : [parameters: NodeParameters<Type>, options?: CallOptions<Type>];

/** Stands for a file; the program never holds the bytes. */
interface FileHandle {
  readonly artifactId: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What a call that failed throws. */
interface CallError extends Error {
  name: 'CallError';
  /** The code of the error: "HTTP_REQUEST_STATUS". */
  code: string;
}

/** Every call is a step of the execution: found again after a crash, and not done a second time. */
interface Ctx {
  /** Runs a node; the JSON of the items at its first output. */
  run<Type extends NamedType>(type: CallableType<Type>, ...call: CallArguments<Type>): Promise<any[]>;
  /** Runs a node; the JSON of the items at each of its outputs, by port. */
  outputs<Type extends NamedType>(
    type: CallableType<Type>,
    ...call: CallArguments<Type>
  ): Promise<{ [port: string]: any[] }>;
  /** An HTTP request; the first item of its answer: a JSON object as it is, anything else under \`body\`. */
  http(request: string | NodeParameters<'http-request'>, options?: CallOptions): Promise<any>;
  /** Waits: milliseconds, a moment, or a date and time as text (ISO 8601). Years cost no memory. */
  sleep(time: number | Date | string, options?: CallName): Promise<void>;
  /** Waits for a signal; what was sent with it, or undefined when the time was over. */
  signal(name: string, options?: CallName & { key?: string; timeoutMs?: number }): Promise<any>;
  /** Waits for somebody to decide. */
  approve(parameters: NodeParameters<'approval'>, options?: CallName): Promise<{ decision: string; [field: string]: any }>;
  /** Runs another workflow, drawn or coded; its items. */
  child(
    workflowId: string,
    input?: { [name: string]: any } | { [name: string]: any }[],
    options?: CallName & { awaitResult?: boolean },
  ): Promise<any[]>;
  /**
   * Handles of the files that an item carries, by name: an item of a call or of the input, as it was given. To hand a file
   * on, name it in an item: { json: {}, binary: { data: file } }, in the items of a call or in what the program returns.
   */
  files(item: object): { [name: string]: FileHandle };
  /** The text of a file, by a call of its own; a larger file than maxBytes (1 MiB when left out) is refused. */
  readFile(
    file: FileHandle,
    options?: CallName & { encoding?: 'auto' | 'utf-8' | 'utf-16le' | 'windows-1252'; maxBytes?: number },
  ): Promise<string>;
  /** All of several calls, side by side. */
  all<const Calls extends readonly unknown[]>(
    calls: Calls,
  ): Promise<{ -readonly [Index in keyof Calls]: Awaited<Calls[Index]> }>;
  /** The time of the last answer, Unix milliseconds: the same in every replay. */
  now(): number;
  /** From 0 to 1, the same in every replay. */
  random(): number;
  /** A random UUID, the same in every replay. */
  uuid(): string;
  /** A line in the log of the execution, once. */
  log(...values: unknown[]): void;
}

/** What a file has to export: \`export default async function (ctx, input) { … }\`. */
type Program = (ctx: Ctx, input: any) => unknown;

declare const console: {
  readonly [Level in 'log' | 'info' | 'debug' | 'trace' | 'warn' | 'error']: (...values: unknown[]) => void;
};
`;
