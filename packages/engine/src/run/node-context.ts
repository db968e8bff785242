/** The context that a node gets: parameters evaluated per item, ports bound to the step, and nothing else. */
import {
  type ArtifactPort,
  type HttpPort,
  type Item,
  type ItemContext,
  parseNodeParameters,
  type SignalPort,
  type StepContext,
  type StepLog,
} from '@navette/contracts';
import { compileTemplate } from '@navette/expression';
import { decodeId, deriveUuid, encodeId, type Json, type JsonObject } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import { toJson } from '../json-value.ts';
import type { Attempt } from './attempts.ts';
import { fixChanging } from './fix-changing.ts';
import { createSignalPort } from './signal-port.ts';
import type { StepHost } from './step-host.ts';
import { StepScope, type StepSurroundings } from './step-scope.ts';

const maxLogs = 500;
const maxLogLength = 2_000;

/** One per attempt. Serves as StepContext for whole steps and as ItemContext for one item. */
export class NodeContext implements StepContext<unknown>, ItemContext<unknown> {
  readonly attempt: number;
  readonly inputs: ReadonlyMap<string, readonly Item[]>;
  readonly items: readonly Item[];
  readonly itemIndex: number;
  readonly logs: StepLog[];
  readonly #host: StepHost;
  readonly #node: CompiledNode;
  readonly #around: StepSurroundings;
  readonly #keyItem: number | undefined;
  readonly #signal: AbortSignal | undefined;
  #http: HttpPort | undefined;
  #artifacts: ArtifactPort | undefined;
  #parameters: unknown;
  #parametersIndex = -1;

  constructor(options: {
    host: StepHost;
    node: CompiledNode;
    around: StepSurroundings;
    inputs: ReadonlyMap<string, readonly Item[]>;
    itemIndex: number | undefined;
    attempt: Attempt;
    logs: StepLog[];
  }) {
    this.#host = options.host;
    this.#node = options.node;
    this.#around = fixChanging(options);
    this.#keyItem = options.itemIndex;
    this.inputs = options.inputs;
    this.items = options.around.items;
    this.itemIndex = options.itemIndex ?? 0;
    this.attempt = options.attempt.number;
    this.#signal = options.attempt.signal;
    this.logs = options.logs;
  }

  get signal(): AbortSignal {
    return this.#signal ?? this.#host.signal;
  }
  get item(): Item {
    return this.items[this.itemIndex] ?? { json: {} };
  }
  get parameters(): unknown {
    return this.parametersFor(this.itemIndex);
  }
  get node() {
    return { id: this.#node.node.id, name: this.#node.node.name };
  }
  get workflow() {
    const { version } = this.#host.state.workflow;
    return {
      id: encodeId('workflow', version.workflowId),
      name: version.workflowName,
      timeZone: version.definition.settings.timeZone,
    };
  }
  get execution() {
    return { id: encodeId('execution', this.#host.execution.id), mode: this.#host.execution.mode };
  }
  get idempotencyKey(): string {
    const item = this.#keyItem === undefined ? '' : String(this.#keyItem);
    return deriveUuid(this.#host.execution.rootId, this.#around.step.path, item);
  }
  get http(): HttpPort {
    this.#http ??= this.#host.deps.stepPorts.http(this.#stepRef());
    return this.#http;
  }
  get artifacts(): ArtifactPort {
    this.#artifacts ??= this.#host.deps.stepPorts.artifacts(this.#stepRef());
    return this.#artifacts;
  }

  get signals(): SignalPort {
    return createSignalPort(this.#host);
  }

  parametersFor(itemIndex: number): unknown {
    if (this.#node.staticParameters !== undefined) return this.#node.staticParameters;
    if (this.#parametersIndex === itemIndex) return this.#parameters;
    const evaluated = toJson(
      this.#node.parameters.evaluate(new StepScope(this.#around, itemIndex)),
    ) as JsonObject;
    const raw = this.#node.rawParameters;
    const value = Object.keys(raw).length > 0 ? { ...evaluated, ...raw } : evaluated;
    this.#parameters = parseNodeParameters(this.#node.definition, this.#node.node.name, value);
    this.#parametersIndex = itemIndex;
    return this.#parameters;
  }

  evaluate(template: string, extras: ReadonlyMap<string, Json>, itemIndex: number): unknown {
    return compileTemplate(template).evaluate(new StepScope(this.#around, itemIndex, extras));
  }

  async credential(slot: string) {
    const { deps, execution } = this.#host;
    const { node, definition } = this.#node;
    const reference =
      node.credentials && Object.hasOwn(node.credentials, slot) ? node.credentials[slot] : undefined;
    if (!reference) return undefined;
    const id = decodeId('credential', reference.id);
    const credential = id === undefined ? undefined : await deps.credentials.read(execution.projectId, id);
    if (!credential) throw engineErrors.create('CREDENTIAL_NOT_FOUND', { params: { node: node.name } });
    const types = definition.credentials?.find((known) => known.slot === slot)?.types ?? [];
    if (!types.includes(credential.type)) {
      throw engineErrors.create('CREDENTIAL_WRONG_TYPE', {
        params: { node: node.name, type: credential.type, expected: types.join(', ') },
      });
    }
    return credential;
  }

  now(): number {
    return this.#host.deps.clock.now();
  }
  random(): number {
    return this.#host.deps.random();
  }
  sleep(ms: number): Promise<void> {
    return this.#host.deps.clock.sleep(ms, this.signal);
  }

  log(message: string): void {
    if (this.logs.length < maxLogs)
      this.logs.push({ at: this.now(), message: message.slice(0, maxLogLength) });
  }

  #stepRef() {
    const { execution } = this.#host;
    const { path } = this.#around.step;
    return { projectId: execution.projectId, executionId: execution.id, path, signal: this.signal };
  }
}
