import type { ExpressionMode } from '../syntax/parse-template.ts';
import { createSyntaxError } from '../syntax/syntax-error.ts';

/** What one template reads, known without running it. */
export interface References {
  /** Nodes that it names: `$('Name')`, `$node["Name"]`, `$items('Name')`. */
  readonly nodes: readonly string[];
  /** True when it works a node's name out, so that `nodes` can't be complete. */
  readonly hasDynamicNode: boolean;
  /** True when its value can differ from item to item. */
  readonly usesItem: boolean;
  /** Every name that is neither declared by it nor part of the language: data of special places, or mistakes. */
  readonly unknownNames: readonly string[];
}

/** State of the compilation of one template. */
export class Compiler {
  readonly text: string;
  readonly mode: ExpressionMode;
  readonly nodes = new Set<string>();
  readonly unknownNames = new Set<string>();
  hasDynamicNode = false;
  usesItem = false;
  /** It may change a list or an object, so an evaluation must know which are its own. */
  tracksOwnership = false;
  /** It makes lists, objects or other values, so its result may be more than the data that it was given. */
  makesValues = false;
  /** It has functions or loops, so the size of its result does not follow from that of its text and data. */
  canMultiply = false;

  constructor(text: string, mode: ExpressionMode) {
    this.text = text;
    this.mode = mode;
  }

  fail(at: number, reason: string): Error {
    return createSyntaxError({ text: this.text, offset: at, reason });
  }

  toReferences(): References {
    return {
      nodes: [...this.nodes],
      hasDynamicNode: this.hasDynamicNode,
      usesItem: this.usesItem,
      unknownNames: [...this.unknownNames],
    };
  }
}
