import type { CompiledWorkflow } from '../graph/compile.ts';
import type { StepState } from '../state/step-state.ts';

/**
 * Which ready step runs next. parallel: all of them, at once. sequential: one at a time; what a step made ready runs
 * before what was ready earlier, top-left first, so that a branch runs to its end before the next begins.
 */
export class ReadyQueue {
  /** What a step makes ready comes before the steps that wait here. */
  readonly isSequential: boolean;
  readonly #steps: StepState[] = [];

  constructor(workflow: CompiledWorkflow) {
    this.isSequential = workflow.version.definition.settings.executionOrder === 'sequential';
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  push(steps: readonly StepState[]): void {
    if (this.isSequential) this.#steps.push(...[...steps].sort((a, b) => compare(b, a)));
    else this.#steps.push(...steps);
  }

  /** The next step to start while `active` are at work; undefined when none may. Those of a pass that is over may not. */
  take(active: number): StepState | undefined {
    if (this.isSequential && active > 0) return undefined;
    for (;;) {
      const step = this.isSequential ? this.#steps.pop() : this.#steps.shift();
      if (!step?.scope.isOver) return step;
    }
  }
}

/** Calls of one program have no position: the last one made comes last. */
function compare(a: StepState, b: StepState): number {
  const [ax, ay] = a.node.node.position;
  const [bx, by] = b.node.node.position;
  return ay - by || ax - bx || a.index - b.index || a.node.local - b.node.local;
}
