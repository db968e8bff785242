/**
 * An execution of pure steps that compute on the spot, such as a webhook that checks and answers: its steps are run one
 * after the other without the machinery that waits, retries, stops and recovers, and all of it is one write.
 *
 * Owns: nothing that outlives the write. What it gives is what the general engine (ExecutionRun) would have given, record
 * by record; whatever it cannot do (a failure included) it leaves to that one, which begins anew: nothing was stored, told
 * or done until then.
 *
 * T1. The records are those of the general engine in the same order (straight-run.test.ts compares them).
 * T2. Its answer is handed on only after the commit that holds it.
 */
import type {
  Item,
  JournalRecord,
  JournalRecordOf,
  PortItems,
  StepResult,
  WebhookResponse,
} from '@navette/contracts';
import type { RunDeps } from '../deps.ts';
import { toLogFields } from '../log-fields.ts';
import type { JournalWrite, NewExecution } from '../ports.ts';
import type { RunEnd } from '../run/execution-run.ts';
import type { HeldRun } from '../run/run-table.ts';
import { encodeOutputs, type KnownJson, linkByCount } from '../run/step-output.ts';
import { StraightContext, type StraightSurroundings } from './straight-context.ts';
import type { StraightNode, StraightPlan } from './straight-plan.ts';

const noItems: readonly Item[] = [];
const firstFence = 1;

/** A straight run that was computed and is to be written. */
export class StraightRun implements HeldRun {
  readonly execution: NewExecution;
  /** Its place in the table of runs. */
  slot = -1;
  readonly #deps: RunDeps;
  readonly #write: JournalWrite;
  readonly #readResult: () => Item[];
  readonly #made: WebhookResponse | undefined;
  #response: WebhookResponse | undefined;
  #responded: PromiseWithResolvers<WebhookResponse | undefined> | undefined;
  #over = false;

  constructor(deps: RunDeps, write: JournalWrite, computed: StraightComputation) {
    this.#deps = deps;
    this.execution = write.execution!;
    this.#write = write;
    this.#made = computed.response;
    this.#readResult = () => computed.result();
  }

  /** The answer that it gave, once it is durable. */
  get response(): WebhookResponse | undefined {
    return this.#response;
  }

  /** Resolves with the answer when it is durable; with undefined when the run ends without one. */
  get responded(): Promise<WebhookResponse | undefined> {
    this.#responded ??= Promise.withResolvers();
    if (this.#over) this.#responded.resolve(this.#response);
    return this.#responded.promise;
  }

  /** The items that the execution gave. */
  result(): Item[] {
    return this.#readResult();
  }

  /** Writes it. Never rejects. */
  async drive(): Promise<RunEnd> {
    let end: RunEnd = { kind: 'lost' };
    try {
      const result = await this.#deps.store.write(this.#write);
      if (result.outcome === 'written') end = { kind: 'finished', status: 'succeeded', error: undefined };
      if (result.outcome === 'duplicate') end = { kind: 'duplicate', executionId: result.executionId };
    } catch (thrown) {
      this.#deps.logger.error(
        { err: thrown, ...toLogFields(this.execution) },
        'The journal could not be written',
      );
    }
    if (end.kind === 'finished') this.#response = this.#made;
    this.#over = true;
    this.#responded?.resolve(this.#response);
    return end;
  }

  // All that is left is the write: it comes to its end by itself, or is refused.
  cancel(): void {}
  notify(): void {}
  drain(): void {}
  abandon(): void {}
  flushOlderThan(): void {}
}

/** Undefined when it is one for the general engine. `records`: the first ones, the trigger's among them. */
export function runStraight(
  plan: StraightPlan,
  request: {
    deps: RunDeps;
    execution: NewExecution;
    records: readonly JournalRecord[];
    workerId: string;
  },
): StraightRun | undefined {
  const { deps, execution, workerId } = request;
  if (!plan.mayRun(execution.mode) || execution.deadlineAt !== null) return undefined;
  const [trigger, ...others] = request.records;
  if (trigger?.type !== 'step-completed' || others.length > 0) return undefined;
  const computation = new StraightComputation(plan, deps, execution);
  const records = computation.run(workerId, trigger);
  if (!records) {
    if (computation.refused) plan.giveUp();
    else plan.noteVain();
    return undefined;
  }
  plan.noteDone();
  const { id: executionId, projectId, workflowId } = execution;
  const write: JournalWrite = {
    executionId,
    projectId,
    workflowId,
    execution,
    workerId,
    fence: firstFence,
    seq: 1,
    records,
    create: execution,
    handover: { kind: 'finish', status: 'succeeded', at: records.at(-1)!.at, error: null },
  };
  return new StraightRun(deps, write, computation);
}

/** Steps and edges as ExecutionState and Scope settle them (S1 and S2 there), for a graph without loops. */
class StraightComputation implements StraightSurroundings {
  readonly deps: RunDeps;
  readonly execution: NewExecution;
  refused = false;
  response: WebhookResponse | undefined;
  readonly #plan: StraightPlan;
  readonly #known: KnownJson = new Map();
  /** By position in the graph; undefined for steps that were skipped or did not run yet. */
  readonly #outputs: (PortItems | undefined)[];
  readonly #openEdges: number[];
  /** Steps to come. */
  #left: number;
  #ready: number[] = [];
  #skipped: number[] = [];

  constructor(plan: StraightPlan, deps: RunDeps, execution: NewExecution) {
    this.#plan = plan;
    this.deps = deps;
    this.execution = execution;
    this.#openEdges = plan.openEdges.slice();
    this.#outputs = new Array(plan.nodes.length);
    this.#left = plan.nodes.length;
  }

  get workflowName(): string {
    return this.#plan.workflow.version.workflowName;
  }
  get timeZone(): string {
    return this.#plan.workflow.version.definition.settings.timeZone;
  }

  /** All records of the execution; undefined when it is one for the general engine. */
  run(workerId: string, trigger: JournalRecordOf<'step-completed'>): JournalRecord[] | undefined {
    const { clock } = this.deps;
    const records: JournalRecord[] = [
      { type: 'execution-started', at: this.execution.createdAt, fence: firstFence, worker: workerId },
      trigger,
    ];
    this.#begin(trigger.outputs);
    let now = clock.now();
    for (;;) {
      const ready = this.#ready;
      this.#ready = [];
      this.#noteSkipped(records, now);
      if (ready.length === 0) break;
      for (const local of ready) {
        const startedAt = now;
        const made = this.#runStep(this.#plan.nodes[local]!);
        if (!made) return undefined;
        now = clock.now();
        const { path, response } = made;
        records.push({
          type: 'step-completed',
          at: now,
          path,
          startedAt,
          attempts: 1,
          outputs: made.outputs,
          ...(response ? { response } : undefined),
        });
        this.response ??= response;
        this.#settle(local, made.outputs);
      }
    }
    if (this.#left > 0) return undefined;
    records.push({ type: 'execution-finished', at: now, status: 'succeeded' });
    return records;
  }

  /** What it gave: see ExecutionState.result. */
  result(): Item[] {
    const items: Item[] = [];
    for (const node of this.#plan.workflow.root.nodes) {
      const outputs = this.#outputs[node.local];
      if (!outputs || node.outgoing.some((edge) => this.#itemsOn(edge).length > 0)) continue;
      for (const port of Object.keys(outputs)) for (const item of outputs[port]!) items.push(item);
    }
    return items;
  }

  #begin(outputs: PortItems): void {
    const { trigger, workflow } = this.#plan;
    for (const node of workflow.root.nodes) {
      if (node.incoming.length === 0 && node !== trigger) this.#skip(node.local);
    }
    this.#settle(trigger.local, outputs);
  }

  #noteSkipped(records: JournalRecord[], at: number): void {
    if (this.#skipped.length === 0) return;
    const { nodes } = this.#plan.workflow.root;
    for (const local of this.#skipped.splice(0))
      records.push({ type: 'step-skipped', at, path: nodes[local]!.node.id });
  }

  #runStep({ compiled: node, execute }: StraightNode) {
    const items = this.#inputOf(node, node.inputPorts[0] ?? 'main');
    const context = new StraightContext(this, node, items, () => this.#inputsOf(node));
    let made: StepResult | Promise<StepResult>;
    try {
      made = execute(context);
      if ('then' in made) {
        // It goes on to its end for nothing.
        made.catch(() => {});
        this.refused = true;
        return undefined;
      }
      if (this.refused || (!Array.isArray(made) && 'suspend' in made)) return undefined;
      const [given, response] = Array.isArray(made)
        ? [{ [node.outputPorts[0] ?? 'main']: made }, undefined]
        : [made.outputs, made.response];
      const outputs = encodeOutputs(node.node.name, this.#known, given, linkByCount(items));
      return { path: node.node.id, outputs, response };
    } catch {
      // Whatever it is, the general engine meets it again and says so.
      return undefined;
    }
  }

  #inputsOf(node: StraightNode['compiled']): ReadonlyMap<string, readonly Item[]> {
    const inputs = new Map<string, readonly Item[]>();
    for (const port of node.inputPorts) inputs.set(port, noItems);
    for (const edge of node.incoming) {
      const items = this.#itemsOn(edge);
      if (items.length > 0) inputs.set(edge.toPort, [...(inputs.get(edge.toPort) ?? noItems), ...items]);
    }
    return inputs;
  }

  #inputOf(node: StraightNode['compiled'], port: string): readonly Item[] {
    let items = noItems;
    for (const edge of node.incoming) {
      if (edge.toPort !== port) continue;
      const more = this.#itemsOn(edge);
      if (more.length > 0) items = items.length === 0 ? more : [...items, ...more];
    }
    return items;
  }

  #itemsOn(edge: StraightNode['compiled']['incoming'][number]): readonly Item[] {
    const outputs = this.#outputs[edge.fromLocal];
    return (outputs && Object.hasOwn(outputs, edge.fromPort) && outputs[edge.fromPort]) || noItems;
  }

  #settle(local: number, outputs: PortItems): void {
    this.#outputs[local] = outputs;
    this.#settleAll([local]);
  }

  #skip(local: number): void {
    this.#skipped.push(local);
    this.#settleAll([local]);
  }

  #settleAll(done: number[]): void {
    const { nodes } = this.#plan.workflow.root;
    for (let at = done.pop(); at !== undefined; at = done.pop()) {
      this.#left -= 1;
      for (const edge of nodes[at]!.outgoing) {
        const left = this.#openEdges[edge.toLocal]! - 2;
        const settled = this.#itemsOn(edge).length > 0 ? left | 1 : left;
        this.#openEdges[edge.toLocal] = settled;
        if (settled > 1) continue;
        if (settled === 1) {
          this.#ready.push(edge.toLocal);
        } else {
          this.#skipped.push(edge.toLocal);
          done.push(edge.toLocal);
        }
      }
    }
  }
}
