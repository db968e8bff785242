import type { Evaluation } from '../runtime/evaluation.ts';

/** Where the variables of a function call or of a loop pass live. */
export class Frame {
  readonly evaluation: Evaluation;
  readonly parent: Frame | undefined;
  readonly slots: unknown[];

  constructor(evaluation: Evaluation, parent: Frame | undefined, slots: unknown[]) {
    this.evaluation = evaluation;
    this.parent = parent;
    this.slots = slots;
  }
}

/** A compiled expression. */
export type Run = (frame: Frame) => unknown;
