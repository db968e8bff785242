import { limits } from '../limits.ts';
import type { ExpressionScope } from '../scope.ts';
import { createBudgetError } from './budget-error.ts';
import { Watchdog } from './watchdog.ts';

export interface EvaluationSettings {
  /** n8n's leniency: unknown names read as undefined. */
  isLenient: boolean;
  /** Whether the expression changes lists or objects, so that those it made must be told from those it was given. */
  tracksOwnership: boolean;
}

const stepsPerCheck = 8192;
const longText = 65_536;

/** One evaluation of one expression: its scope and what is left of its budget. */
export class Evaluation {
  readonly scope: ExpressionScope;
  readonly isLenient: boolean;
  /** What a `return` statement leaves for the function call that is ending. */
  returned: unknown = undefined;
  readonly #owned: WeakSet<object> | undefined;
  #steps = 0;
  #nextCheck = stepsPerCheck;
  #watchdog: Watchdog | undefined;
  #allocatedBytes = 0;
  #callDepth = 0;

  constructor(scope: ExpressionScope, settings: EvaluationSettings) {
    this.scope = scope;
    this.isLenient = settings.isLenient;
    this.#owned = settings.tracksOwnership ? new WeakSet() : undefined;
  }

  /** Counts work; throws EXPRESSION_BUDGET when there was too much of it. */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps >= this.#nextCheck) this.#check();
  }

  #check(): void {
    if (this.#steps > limits.steps) throw createBudgetError(limits.steps, 'steps');
    this.#watchdog ??= new Watchdog();
    this.#watchdog.check();
    this.#nextCheck = Math.min(this.#steps + stepsPerCheck, limits.steps + 1);
  }

  /**
   * To be asked before all characters of a text are looked at. A text that was put together is only then laid out in
   * memory, so this is also where much memory can go.
   */
  touch(length: number): void {
    if (length > longText) this.step(Math.ceil(length / 1024));
  }

  /** Counts a text that was made. */
  text(made: string): string {
    if (made.length > 1024) this.reserveText(made.length);
    return made;
  }

  /** To be asked before a text of that many characters is made. */
  reserveText(length: number): void {
    if (length > limits.textLength) throw createBudgetError(limits.textLength, 'characters in one text');
    this.#allocate(length * 2);
  }

  /** Counts a list that was made, and marks it as the expression's own. */
  list<T>(made: T[]): T[] {
    this.reserveList(made.length);
    return this.own(made);
  }

  /** To be asked before a list of that many elements is made. */
  reserveList(length: number): void {
    if (length > limits.listLength) throw createBudgetError(limits.listLength, 'elements in one list');
    this.step(length >> 4);
    this.#allocate(length * 8);
  }

  #allocate(bytes: number): void {
    this.#allocatedBytes += bytes;
    if (this.#allocatedBytes > limits.allocatedBytes) {
      throw createBudgetError(limits.allocatedBytes, 'bytes of memory');
    }
  }

  /** Marks a value that the expression made, and therefore may change. */
  own<T extends object>(made: T): T {
    this.#owned?.add(made);
    return made;
  }

  isOwn(value: object): boolean {
    return this.#owned?.has(value) ?? false;
  }

  enterCall(): void {
    this.step();
    this.#callDepth += 1;
    if (this.#callDepth > limits.callDepth)
      throw createBudgetError(limits.callDepth, 'calls inside one another');
  }

  leaveCall(): void {
    this.#callDepth -= 1;
  }
}
