/**
 * The calls that a program has made so far: steps below the program's. Like passes they come and go with records, never
 * with what the program itself does.
 *
 * C1. A call is there from its `call-made` record on, under a name that no other call of the program has.
 * C2. `ended` has the calls in the order in which they ended; that is the order in which the program hears of them.
 * C3. While the program is at work (`listener`) it is told of every change; otherwise it is ready again when a call ends.
 */
import type { CallRequest, MadeCall, PortItems } from '@navette/contracts';
import { createRegion } from '../graph/compile.ts';
import type { NodeTypes } from '../ports.ts';
import { readCallItem } from '../program/call-items.ts';
import { compileCall } from '../program/compile-call.ts';
import { Scope } from './scope.ts';
import type { StepState } from './step-state.ts';

const oneEmptyItem = [{ json: {} }];

export class ProgramCalls {
  readonly scope: Scope;
  readonly made = new Map<string, MadeCall>();
  readonly #steps = new Map<string, StepState>();
  readonly ended: StepState[] = [];
  listener: (() => void) | undefined;
  /** How many calls had ended when the program was dropped because all others wait. */
  parkedAt: number | undefined;
  readonly #given: Map<string, PortItems>;
  readonly #nodeTypes: NodeTypes;

  constructor(program: StepState, nodeTypes: NodeTypes, given: Map<string, PortItems>) {
    this.#nodeTypes = nodeTypes;
    this.#given = given;
    this.scope = new Scope(createRegion(undefined), given, {
      owner: program,
      pass: 0,
      items: [],
      prefix: `${program.path}/`,
    });
  }

  /** The program is at work no longer. Whether it must run again at once: a call ended while it was being dropped. */
  leave(): boolean {
    const { parkedAt } = this;
    this.listener = undefined;
    this.parkedAt = undefined;
    return parkedAt !== undefined && this.ended.length > parkedAt;
  }

  find(id: string): StepState | undefined {
    return this.#steps.get(id);
  }

  /** The step of a new call; undefined when there is one already. */
  add(id: string, call: MadeCall): StepState | undefined {
    if (this.made.has(id)) return undefined;
    this.made.set(id, call);
    const { nodeType, name } = call;
    const node = compileCall(this.#nodeTypes, { id, nodeType, name }, call.asked, this.scope.region);
    const step = this.scope.add(node);
    this.#steps.set(id, step);
    this.#giveItems(step, call.asked);
    return step;
  }

  /** What the record of a call left out, said again by the program. */
  supply(step: StepState, asked: CallRequest): void {
    const { id } = step.node.node;
    const { nodeType, name } = this.made.get(id)!;
    const { region } = this.scope;
    const node = compileCall(this.#nodeTypes, { id, nodeType, name }, asked, region);
    step.node = { ...node, local: step.node.local };
    (region.nodes as (typeof node)[])[step.node.local] = step.node;
    this.#giveItems(step, asked);
  }

  #giveItems(step: StepState, asked: CallRequest | undefined): void {
    const items = asked?.items?.map(readCallItem) ?? oneEmptyItem;
    this.#given.set(step.path, { [step.node.inputPorts[0] ?? 'main']: items });
  }
}

/** Whether the step is a call of a program. */
export function isCall(step: StepState): boolean {
  return step.scope.owner?.calls?.scope === step.scope;
}
