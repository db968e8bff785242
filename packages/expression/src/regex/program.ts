import type { CharSet } from './char-set.ts';
import type { Pattern } from './pattern.ts';

/** Instructions of the matcher. Numbers, so that the dispatch in match.ts is a jump table. */
export const op = {
  set: 0,
  setRun: 1,
  jump: 2,
  split: 3,
  save: 4,
  resetGroups: 5,
  startCount: 6,
  count: 7,
  enterPass: 8,
  leavePass: 9,
  backreference: 10,
  assert: 11,
  look: 12,
  accept: 13,
} as const;

export interface Instruction {
  op: number;
  /** Operands; what they mean is said at the instruction in `compilePattern`. */
  a: number;
  b: number;
  c: number;
  set: CharSet | undefined;
  isLazy: boolean;
  /** Reads to the left (inside a look-behind). */
  isBackward: boolean;
}

export interface Program {
  instructions: readonly Instruction[];
  registerCount: number;
}

export const assertKinds = { start: 0, end: 1, boundary: 2, inside: 3 } as const;

/** Longest chain of instructions; `(a{1000}){1000}` stays small because counts are kept in registers. */
export function compilePattern(pattern: Pattern): Program {
  const compiler = new PatternCompiler();
  compiler.emitPattern(pattern, false);
  compiler.emit({ op: op.accept });
  return { instructions: compiler.instructions, registerCount: compiler.registerCount };
}

class PatternCompiler {
  readonly instructions: Instruction[] = [];
  registerCount = 0;

  emit(partial: Partial<Instruction> & { op: number }): Instruction {
    const instruction = { a: 0, b: 0, c: 0, set: undefined, isLazy: false, isBackward: false, ...partial };
    this.instructions.push(instruction);
    return instruction;
  }

  emitPattern(pattern: Pattern, isBackward: boolean): void {
    switch (pattern.type) {
      case 'empty':
        return;
      case 'set':
        this.emit({ op: op.set, set: pattern.set, isBackward });
        return;
      case 'sequence':
        for (const part of isBackward ? pattern.parts.toReversed() : pattern.parts)
          this.emitPattern(part, isBackward);
        return;
      case 'either':
        this.#emitEither(pattern.options, isBackward);
        return;
      case 'group':
        this.#emitGroup(pattern, isBackward);
        return;
      case 'repeat':
        this.#emitRepeat(pattern, isBackward);
        return;
      case 'backreference':
        this.emit({ op: op.backreference, a: pattern.index, isBackward });
        return;
      case 'assert':
        this.emit({ op: op.assert, a: assertKinds[pattern.kind] });
        return;
      case 'look': {
        // a: where to go on after the body; b: 1 when the body must not match.
        const look = this.emit({ op: op.look, b: pattern.isNegative ? 1 : 0 });
        this.emitPattern(pattern.body, pattern.isBehind);
        this.emit({ op: op.accept });
        look.a = this.instructions.length;
      }
    }
  }

  #emitEither(options: readonly Pattern[], isBackward: boolean): void {
    const jumps: Instruction[] = [];
    for (const [index, option] of options.entries()) {
      const isLast = index === options.length - 1;
      // a: what to try when this option fails.
      const split = isLast ? undefined : this.emit({ op: op.split });
      this.emitPattern(option, isBackward);
      if (!isLast) jumps.push(this.emit({ op: op.jump }));
      if (split) split.a = this.instructions.length;
    }
    for (const jump of jumps) jump.a = this.instructions.length;
  }

  #emitGroup({ body, index }: Extract<Pattern, { type: 'group' }>, isBackward: boolean): void {
    if (index === undefined) {
      this.emitPattern(body, isBackward);
      return;
    }
    const [before, after] = isBackward ? [2 * index + 1, 2 * index] : [2 * index, 2 * index + 1];
    this.emit({ op: op.save, a: before });
    this.emitPattern(body, isBackward);
    this.emit({ op: op.save, a: after });
  }

  #emitRepeat(repeat: Extract<Pattern, { type: 'repeat' }>, isBackward: boolean): void {
    const { min, max, isLazy, firstGroup, lastGroup } = repeat;
    if (max === 0) return;
    const body =
      repeat.body.type === 'group' && repeat.body.index === undefined ? repeat.body.body : repeat.body;
    if (body.type === 'set') {
      // a, b: how often at least and at most.
      this.emit({ op: op.setRun, a: min, b: max, set: body.set, isLazy, isBackward });
      return;
    }
    const counter = this.registerCount++;
    const passStart = this.registerCount++;
    this.emit({ op: op.startCount, a: counter });
    const loop = this.instructions.length;
    // a: register of the count; b: at least; c: where to go on; `max` follows in the next instruction.
    const head = this.emit({ op: op.count, a: counter, b: min, isLazy });
    // a: register of the position; b: register of the count; c: at most (for the head).
    this.emit({ op: op.enterPass, a: passStart, b: counter, c: max });
    if (lastGroup >= firstGroup) this.emit({ op: op.resetGroups, a: firstGroup, b: lastGroup });
    this.emitPattern(body, isBackward);
    // a, b: as above; c: passes above this number must have read something.
    this.emit({ op: op.leavePass, a: passStart, b: counter, c: min });
    this.emit({ op: op.jump, a: loop });
    head.c = this.instructions.length;
  }
}
