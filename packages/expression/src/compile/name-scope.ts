/** How many variables the frames of one function or loop body hold. */
export class FrameLayout {
  size = 0;
}

export interface Variable {
  slot: number;
  isConstant: boolean;
}

export interface FoundVariable extends Variable {
  /** How many frames up it lives. */
  hops: number;
}

/** The names that are visible at a place of the source, with the place of their values at run time. */
export class NameScope {
  readonly layout: FrameLayout;
  readonly #parent: NameScope | undefined;
  readonly #isFunction: boolean;
  readonly #variables = new Map<string, Variable>();

  constructor(parent?: NameScope, kind: 'function' | 'pass' | 'block' = 'function') {
    this.#parent = parent;
    this.#isFunction = kind === 'function';
    this.layout = kind === 'block' && parent ? parent.layout : new FrameLayout();
  }

  declare(name: string, isConstant: boolean): Variable {
    const known = this.#variables.get(name);
    if (known) return known;
    const variable = { slot: this.layout.size++, isConstant };
    this.#variables.set(name, variable);
    return variable;
  }

  /** Where a `var` belongs. */
  findFunction(): NameScope {
    return this.#isFunction || !this.#parent ? this : this.#parent.findFunction();
  }

  find(name: string): FoundVariable | undefined {
    let hops = 0;
    for (let scope: NameScope | undefined = this; scope; scope = scope.#parent) {
      const variable = scope.#variables.get(name);
      if (variable) return { ...variable, hops };
      if (scope.#parent && scope.#parent.layout !== scope.layout) hops += 1;
    }
    return undefined;
  }
}
