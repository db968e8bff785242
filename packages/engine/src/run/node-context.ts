/**
 * The context that a node gets: parameters evaluated per item, ports bound to the step, and nothing else.
 *
 * N1. What comes back after a credential was read is masked before the node sees it, and what the node makes of it before
 *     anybody else does: responses, files, lines of the log, results and errors.
 */
import type {
  ArtifactPort,
  CodePort,
  HttpPort,
  Item,
  ItemContext,
  LogLevel,
  SignalPort,
  StepContext,
  StepLog,
  StepNotice,
} from '@navette/contracts';
import { compileTemplate } from '@navette/expression';
import { decodeId, encodeId, type Json, SecretMask } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import { findProgramOrigin } from '../program/program-origin.ts';
import { isCall } from '../state/program-calls.ts';
import type { Attempt } from './attempts.ts';
import { deriveEffectKey } from './effect-key.ts';
import { evaluateParameters } from './evaluate-parameters.ts';
import { fixChanging } from './fix-changing.ts';
import { createSignalPort } from './signal-port.ts';
import type { StepHost } from './step-host.ts';
import { appendLine } from './step-log.ts';
import { StepScope, type StepSurroundings } from './step-scope.ts';

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
  /** Made with the first credential. */
  #mask: SecretMask | undefined;
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
    return deriveEffectKey(this.#host.execution, this.#around.step.path, this.#keyItem);
  }
  get http(): HttpPort {
    this.#http ??= this.#maskHttp(this.#host.deps.stepPorts.http(this.#stepRef()));
    return this.#http;
  }
  get artifacts(): ArtifactPort {
    this.#artifacts ??= this.#maskFiles(this.#host.deps.stepPorts.artifacts(this.#stepRef()));
    return this.#artifacts;
  }

  get code(): CodePort {
    const { versionId } = this.#host.state.workflow.version;
    const port = this.#host.deps.stepPorts.code?.({ ...this.#stepRef(), versionId, http: this.http });
    if (!port) throw engineErrors.create('CODE_UNAVAILABLE', { params: { node: this.#node.node.name } });
    return port;
  }

  get signals(): SignalPort {
    return createSignalPort(this.#host);
  }

  parametersFor(itemIndex: number): unknown {
    if (this.#node.staticParameters !== undefined) return this.#node.staticParameters;
    if (this.#parametersIndex === itemIndex) return this.#parameters;
    this.#parameters = evaluateParameters(this.#node, new StepScope(this.#around, itemIndex));
    this.#parametersIndex = itemIndex;
    return this.#parameters;
  }

  evaluate(template: string, extras: ReadonlyMap<string, Json>, itemIndex: number): unknown {
    // What a program passes are values.
    if (isCall(this.#around.step)) return template;
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
    this.#mask ??= new SecretMask();
    this.#mask.add(credential.secrets ?? Object.values(credential.data));
    return credential;
  }

  /** Runs the node under N1. */
  async conceal<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      const result = await work();
      return this.#mask ? this.#mask.json(result) : result;
    } catch (thrown) {
      throw this.#mask ? this.#mask.error(thrown) : thrown;
    }
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

  log(message: string, level: LogLevel = 'info', notice?: StepNotice): void {
    const shown = this.#mask ? this.#mask.text(message) : message;
    const kept = appendLine(this.logs, {
      at: this.now(),
      message: shown,
      ...(level === 'info' ? {} : { level }),
      ...(this.attempt > 1 ? { attempt: this.attempt } : {}),
      ...(notice ? { notice } : {}),
    });
    if (!kept) return;
    const { execution, deps } = this.#host;
    deps.consoles?.wrote({ executionId: execution.id, path: this.#around.step.path }, this.logs);
  }

  #maskHttp(port: HttpPort): HttpPort {
    return {
      request: async (request) => {
        const response = await port.request(request);
        const mask = this.#mask;
        if (!mask) return response;
        const { body, headers, statusText, url, ...rest } = response;
        return {
          ...rest,
          statusText: mask.text(statusText),
          headers: mask.json(headers),
          body: mask.bytes(body),
          url: mask.text(url),
        };
      },
    };
  }

  #maskFiles(port: ArtifactPort): ArtifactPort {
    return {
      read: (ref) => port.read(ref),
      write: (file) => {
        const mask = this.#mask;
        if (!mask) return port.write(file);
        const { data, fileName, mediaType } = file;
        const masked = typeof data === 'string' ? mask.text(data) : mask.bytes(data);
        return port.write({ data: masked, fileName: mask.text(fileName), mediaType: mask.text(mediaType) });
      },
    };
  }

  #stepRef() {
    const { execution } = this.#host;
    const { path } = this.#around.step;
    const { parameters } = this.#node.node;
    return {
      projectId: execution.projectId,
      executionId: execution.id,
      path,
      parameters,
      signal: this.signal,
      workflowCode: this.#host.state.workflow.version.definition.settings.code,
      program: findProgramOrigin(this.#host, this.#around.step),
    };
  }
}
