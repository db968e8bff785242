import type { CompiledWorkflow } from '../graph/compile.ts';
import type { StepState } from '../state/step-state.ts';

/**
 * Which ready step runs next. parallel: all of them, at once. sequential: one at a time; what a step made ready runs
 * before what was ready earlier, top-left first, so that a branch runs to its end before the next begins.
 */
export class ReadyQueue {
  readonly #workflow: CompiledWorkflow;
  readonly #sequential: boolean;
  readonly #steps: StepState[] = [];

  constructor(workflow: CompiledWorkflow) {
    this.#workflow = workflow;
    this.#sequential = workflow.version.definition.settings.executionOrder === 'sequential';
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  push(steps: readonly StepState[]): void {
    if (this.#sequential) this.#steps.push(...[...steps].sort((a, b) => this.#compare(b, a)));
    else this.#steps.push(...steps);
  }

  /** The next step to start while `active` are at work; undefined when none may. Those of a pass that is over may not. */
  take(active: number): StepState | undefined {
    if (this.#sequential && active > 0) return undefined;
    for (;;) {
      const step = this.#sequential ? this.#steps.pop() : this.#steps.shift();
      if (!step?.scope.isOver) return step;
    }
  }

  #compare(a: StepState, b: StepState): number {
    const [ax, ay] = this.#workflow.nodes[a.index]!.node.position;
    const [bx, by] = this.#workflow.nodes[b.index]!.node.position;
    return ay - by || ax - bx || a.index - b.index;
  }
}
