/**
 * The types of the names that code steps have (packages/nodes/src/code/prelude.ts), with the shapes of what nodes gave. Names
 * of nodes and fields are what anybody wrote: they stand in the text only as escaped texts in quotes.
 */
import type { Shape } from './infer-shape.ts';
import { type Room, renderShape, renderText, unknownObject } from './render-shape.ts';

export interface CodeTypesSubject {
  mode: 'all' | 'each';
  /** Data of the items that go in: a shape for each way in; undefined where it is not known. */
  inputs: readonly (Shape | undefined)[];
  /** The nodes that the code may read, with the data of the items at each of their outputs. */
  nodes: readonly { name: string; ports: readonly { name: string; shape: Shape | undefined }[] }[];
  /** Libraries that it can import. */
  modules: readonly string[];
  hasNetwork: boolean;
}

/** Longer than this, and deeper objects become `any`. */
const maxLength = 200_000;
const depths = [8, 4, 2, 1, 0];
/** Over all types; each has its share. */
const maxFields = 4_000;

/** The text of a .d.ts file: the same subject gives the same text. */
export function renderCodeTypes(subject: CodeTypesSubject): string {
  for (const depth of depths) {
    const text = render(subject, depth);
    if (text.length <= maxLength) return text;
  }
  return render({ ...subject, inputs: [], nodes: [] }, 0);
}

function render({ hasNetwork, inputs, mode, modules, nodes }: CodeTypesSubject, depth: number): string {
  const count = inputs.length + nodes.reduce((sum, { ports }) => sum + ports.length, 0);
  const room: Room = { depth, fields: Math.max(20, Math.floor(maxFields / Math.max(1, count))) };
  return [
    head,
    `type NavetteInput = ${renderInputs(inputs, room)};`,
    '',
    ...nodes.flatMap(({ ports }, index) =>
      ports.map(({ shape }, at) => `type ${nameType(index, at)} = ${renderData(shape, room)};`),
    ),
    '',
    ...nodes.map(renderNode),
    '/** A node whose name is not known here. */',
    'declare function $(name: string): NavetteNode<any, { [output: string]: any }>;',
    '/** Older form of $("Name"). */',
    `declare const $node: { [name: string]: NavetteOlderNode<any> }${nodes.length > 0 ? ' & {' : ';'}`,
    ...nodes.flatMap(({ name, ports }, index) =>
      ports.length > 0 ? [`  ${renderText(name)}: NavetteOlderNode<${nameType(index, 0)}>;`] : [],
    ),
    ...(nodes.length > 0 ? ['};'] : []),
    mode === 'all'
      ? 'declare const items: NavetteItem<NavetteInput>[];'
      : 'declare const item: NavetteItem<NavetteInput>;',
    ...(hasNetwork ? [network] : []),
    tail,
    ...modules.map((name) => `declare module ${renderText(name)};`),
    '',
  ].join('\n');
}

function renderInputs(inputs: readonly (Shape | undefined)[], room: Room): string {
  return [...new Set(inputs.map((shape) => renderData(shape, room)))].join(' | ') || unknownObject;
}

/** Of one item: always an object. */
function renderData(shape: Shape | undefined, room: Room): string {
  return shape?.object ? renderShape(shape, room) : unknownObject;
}

function renderNode({ name, ports }: CodeTypesSubject['nodes'][number], index: number): string {
  const outputs = ports.flatMap(({ name: port }, at) => [
    `${renderText(port)}: ${nameType(index, at)}`,
    `${at}: ${nameType(index, at)}`,
  ]);
  const first = ports.length > 0 ? nameType(index, 0) : 'any';
  return `declare function $(name: ${renderText(name)}): NavetteNode<${first}, { ${outputs.join('; ')} }>;`;
}

function nameType(node: number, port: number): string {
  return `NavetteNode${node}Output${port}`;
}

const head = `/**
 * Types of one code step: what goes into it, and what the nodes before it give, as it was in executions that were recorded.
 * Of what was never recorded nothing is known, and anything may be read from it. Nothing of this is needed to run the code.
 */

interface NavetteFile {
  artifactId: string;
  fileName: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
}

interface NavetteItem<Data> {
  json: Data;
  binary?: { [name: string]: NavetteFile };
  pairedItem?: number | { item: number; input?: number } | { item: number; input?: number }[];
}

interface NavetteItems<Data> {
  all(): NavetteItem<Data>[];
  first(): NavetteItem<Data>;
  last(): NavetteItem<Data>;
  /** The current one; the first one when the code runs once with all items. */
  readonly item: NavetteItem<Data>;
}

interface NavetteNode<Data, Outputs> {
  all(): NavetteItem<Data>[];
  all<Output extends keyof Outputs>(output: Output): NavetteItem<Outputs[Output]>[];
  first(): NavetteItem<Data>;
  first<Output extends keyof Outputs>(output: Output): NavetteItem<Outputs[Output]>;
  last(): NavetteItem<Data>;
  last<Output extends keyof Outputs>(output: Output): NavetteItem<Outputs[Output]>;
  /** That the current item came from. */
  readonly item: NavetteItem<Data>;
  /** That the item at a position of the input came from. */
  itemMatching(position: number): NavetteItem<Data>;
  pairedItem(position?: number): NavetteItem<Data>;
  readonly isExecuted: boolean;
  readonly params: ${unknownObject};
  readonly context: ${unknownObject};
}

interface NavetteOlderNode<Data> {
  readonly json: Data;
  readonly data: Data;
  readonly binary: { [name: string]: NavetteFile };
  readonly parameter: ${unknownObject};
}
`;

const network = `interface NavetteRequest {
  url: string;
  method?: string;
  headers?: { [name: string]: string | number | boolean };
  body?: any;
  timeoutMs?: number;
  redirect?: 'follow' | 'manual' | 'error';
  credential?: string;
}
interface NavetteResponse {
  status: number;
  statusText: string;
  ok: boolean;
  url: string;
  headers: { [name: string]: string };
  body: string;
  base64?: string;
}
/** A request to one of the hosts that the step names. */
declare function http(request: string | NavetteRequest): Promise<NavetteResponse>;`;

const tail = `declare const $input: NavetteItems<NavetteInput>;
/** Data of the current item. */
declare const $json: NavetteInput;
declare const $data: NavetteInput;
/** Files of the current item. */
declare const $binary: { [name: string]: NavetteFile };
declare const $itemIndex: number;
declare const $position: number;
declare function $items(name?: string, output?: number | string): NavetteItem<any>[];
/** The time at which the attempt began, in the zone of the workflow (luxon). */
declare const $now: any;
declare const $today: any;
declare const DateTime: any;
declare const Duration: any;
declare const Interval: any;
declare const $workflow: { readonly id: string; readonly name: string };
declare const $execution: { readonly id: string; readonly mode: string; readonly resumeUrl: string };
declare const $executionId: string;
declare const $mode: string;
declare const $nodeId: string;
declare const $nodeVersion: number;
declare const $parameter: ${unknownObject};
declare const $prevNode: { readonly name: string; readonly outputIndex: number; readonly runIndex: number };
declare const $runIndex: number;
declare const $vars: ${unknownObject};
/** The same for every try of the step, also after a crash. */
declare const $idempotencyKey: string;
declare function $jmespath(value: any, query: string): any;
declare const $files: {
  text(file: NavetteFile): Promise<string>;
  base64(file: NavetteFile): Promise<string>;
  write(file: { fileName: string; mediaType?: string; text?: string; base64?: string }): Promise<NavetteFile>;
};
declare function require(name: string): any;
declare const console: {
  debug(...values: any[]): void;
  log(...values: any[]): void;
  info(...values: any[]): void;
  warn(...values: any[]): void;
  error(...values: any[]): void;
};
declare function setTimeout(act: () => void, delayMs?: number): number;
declare function clearTimeout(timer: number | undefined): void;`;
