import { createBudgetError } from '../runtime/budget-error.ts';
import { foldCase } from './char-set.ts';
import type { RegexFlags } from './pattern.ts';
import { assertKinds, type Instruction, op, type Program } from './program.ts';

/** What can be put back when a path fails: entries of four numbers on one stack. */
const undo = { branch: 0, capture: 1, register: 2, greedyRun: 3, lazyRun: 4 } as const;

const maxStack = 8_000_000;
const chargeEvery = 4096;
/** Instructions that count as one step of the evaluation. */
const workPerStep = 8;

export interface MatchTask {
  program: Program;
  flags: RegexFlags;
  groupCount: number;
  text: string;
  /** Takes the number of steps done, and throws when they are too many: a match can't run away. */
  charge(steps: number): void;
}

/**
 * A backtracking matcher without recursion: alternatives wait on an explicit stack, so that neither a long text nor a
 * hostile pattern can fill the call stack, and all work is charged to the budget of the evaluation.
 */
export class Matcher {
  /** Start and end of each group, -1 where it took no part; group 0 is the whole. */
  readonly captures: Int32Array;
  readonly #instructions: readonly Instruction[];
  readonly #flags: RegexFlags;
  readonly #text: string;
  readonly #charge: (steps: number) => void;
  readonly #registers: Float64Array;
  readonly #stack: number[] = [];
  #work = 0;

  constructor({ program, flags, groupCount, text, charge }: MatchTask) {
    this.#instructions = program.instructions;
    this.#flags = flags;
    this.#text = text;
    this.#charge = charge;
    this.captures = new Int32Array(2 * (groupCount + 1));
    this.#registers = new Float64Array(program.registerCount);
  }

  /** Looks for the first match at or after `from`; fills `captures`. */
  search(from: number, isSticky: boolean): boolean {
    try {
      for (let at = from; at <= this.#text.length; at += this.#widthAt(at) || 1) {
        if (!this.#mayStart(at)) {
          if (isSticky) return false;
          this.#tick();
          continue;
        }
        this.captures.fill(-1);
        const end = this.#run(0, at);
        if (end >= 0) {
          this.captures[0] = at;
          this.captures[1] = end;
          return true;
        }
        if (isSticky) return false;
      }
      return false;
    } finally {
      const steps = Math.ceil(this.#work / workPerStep);
      this.#work = 0;
      this.#charge(steps);
    }
  }

  #tick(): void {
    this.#work += 1;
    if (this.#work < chargeEvery) return;
    this.#work = 0;
    this.#charge(chargeEvery / workPerStep);
  }

  /** A cheap look at the first character, which rules out most places of a long text. */
  #mayStart(at: number): boolean {
    const first = this.#instructions[0]!;
    if ((first.op !== op.set && (first.op !== op.setRun || first.a === 0)) || first.isBackward) return true;
    return at < this.#text.length && first.set!.has(this.#codeAt(at));
  }

  #codeAt(at: number): number {
    return this.#flags.unicode ? this.#text.codePointAt(at)! : this.#text.charCodeAt(at);
  }

  #widthAt(at: number): number {
    return this.#flags.unicode && (this.#text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }

  /** The code point that ends at `at`, and its width. */
  #widthBefore(at: number): number {
    if (!this.#flags.unicode || at < 2) return 1;
    return (this.#text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1;
  }

  /** Reads one member of the set from `at`: the new position, or -1. */
  #readSet(instruction: Instruction, at: number): number {
    if (instruction.isBackward) {
      if (at <= 0) return -1;
      const start = at - this.#widthBefore(at);
      return instruction.set!.has(this.#codeAt(start)) ? start : -1;
    }
    if (at >= this.#text.length) return -1;
    return instruction.set!.has(this.#codeAt(at)) ? at + this.#widthAt(at) : -1;
  }

  #push(kind: number, x: number, y: number, z = 0): void {
    if (this.#stack.length > maxStack)
      throw createBudgetError(maxStack / 4, 'alternatives in one regular expression');
    this.#stack.push(kind, x, y, z);
  }

  /** Runs from instruction `pc` at position `at` up to `accept`: the end of the match, or -1. */
  #run(startPc: number, start: number): number {
    const base = this.#stack.length;
    let pc = startPc;
    let at = start;
    for (;;) {
      this.#tick();
      const instruction = this.#instructions[pc]!;
      if (instruction.op === op.accept) {
        this.#stack.length = base;
        return at;
      }
      if (!this.#execute(instruction, pc, at) && !this.#backtrack(base)) return -1;
      pc = this.#nextPc;
      at = this.#nextAt;
    }
  }

  #nextPc = 0;
  #nextAt = 0;

  /** Does one instruction; false when this path has failed. */
  #execute(instruction: Instruction, pc: number, at: number): boolean {
    this.#nextPc = pc + 1;
    this.#nextAt = at;
    switch (instruction.op) {
      case op.set: {
        const end = this.#readSet(instruction, at);
        this.#nextAt = end;
        return end >= 0;
      }
      case op.setRun:
        return this.#runSet(instruction, pc, at);
      case op.jump:
        this.#nextPc = instruction.a;
        return true;
      case op.split:
        this.#push(undo.branch, instruction.a, at);
        return true;
      case op.save:
        this.#setCapture(instruction.a, at);
        return true;
      case op.resetGroups:
        for (let slot = 2 * instruction.a; slot <= 2 * instruction.b + 1; slot++) this.#setCapture(slot, -1);
        return true;
      case op.startCount:
        this.#setRegister(instruction.a, 0);
        return true;
      case op.count:
        return this.#countPass(instruction, pc, at);
      case op.enterPass:
        this.#setRegister(instruction.a, at);
        this.#setRegister(instruction.b, this.#registers[instruction.b]! + 1);
        return true;
      case op.leavePass:
        // A pass beyond the required ones that read nothing would go on for ever.
        return this.#registers[instruction.a] !== at || this.#registers[instruction.b]! <= instruction.c;
      case op.backreference:
        return this.#matchBackreference(instruction, at);
      case op.assert:
        return this.#holds(instruction.a, at);
      default:
        return this.#look(instruction, pc, at);
    }
  }

  #countPass(instruction: Instruction, pc: number, at: number): boolean {
    const count = this.#registers[instruction.a]!;
    if (count < instruction.b) return true;
    if (count >= this.#instructions[pc + 1]!.c) {
      this.#nextPc = instruction.c;
    } else if (instruction.isLazy) {
      this.#push(undo.branch, pc + 1, at);
      this.#nextPc = instruction.c;
    } else {
      this.#push(undo.branch, instruction.c, at);
    }
    return true;
  }

  #runSet(instruction: Instruction, pc: number, at: number): boolean {
    let count = 0;
    let end = at;
    const wanted = instruction.isLazy ? instruction.a : instruction.b;
    let least = instruction.a === 0 ? at : -1;
    while (count < wanted) {
      const next = this.#readSet(instruction, end);
      if (next < 0) break;
      this.#tick();
      end = next;
      count += 1;
      if (count === instruction.a) least = end;
    }
    if (count < instruction.a) return false;
    this.#nextAt = end;
    if (instruction.isLazy) {
      if (count < instruction.b) this.#push(undo.lazyRun, pc, end, instruction.b - count);
    } else if (end !== least) {
      this.#push(undo.greedyRun, pc, end, least);
    }
    return true;
  }

  #look(instruction: Instruction, pc: number, at: number): boolean {
    const before = this.captures.slice();
    // Nothing inside is tried again: `run` drops what waits there, and captures are set anew so that they can be undone.
    const isFound = this.#run(pc + 1, at) >= 0;
    const after = this.captures.slice();
    this.captures.set(before);
    if (isFound === (instruction.b === 1)) return false;
    if (isFound) {
      for (let slot = 0; slot < after.length; slot++) {
        if (after[slot] !== before[slot]) this.#setCapture(slot, after[slot]!);
      }
    }
    this.#nextPc = instruction.a;
    this.#nextAt = at;
    return true;
  }

  #matchBackreference({ a: index, isBackward }: Instruction, at: number): boolean {
    const start = this.captures[2 * index]!;
    const end = this.captures[2 * index + 1]!;
    if (start < 0 || end < 0) return true;
    const length = end - start;
    const from = isBackward ? at - length : at;
    if (from < 0 || from + length > this.#text.length) return false;
    for (let i = 0; i < length; i++) {
      this.#tick();
      if (!this.#isSame(this.#text.charCodeAt(start + i), this.#text.charCodeAt(from + i))) return false;
    }
    this.#nextAt = isBackward ? from : from + length;
    return true;
  }

  #isSame(left: number, right: number): boolean {
    if (left === right) return true;
    const { ignoreCase, unicode } = this.#flags;
    return ignoreCase && foldCase(left, unicode) === foldCase(right, unicode);
  }

  #holds(kind: number, at: number): boolean {
    if (kind === assertKinds.start) {
      return at === 0 || (this.#flags.multiline && isLineBreak(this.#text.charCodeAt(at - 1)));
    }
    if (kind === assertKinds.end) {
      const isLast = at === this.#text.length;
      return isLast || (this.#flags.multiline && isLineBreak(this.#text.charCodeAt(at)));
    }
    const isBoundary = this.#isWordAt(at - 1) !== this.#isWordAt(at);
    return isBoundary === (kind === assertKinds.boundary);
  }

  #isWordAt(at: number): boolean {
    const code = this.#text.charCodeAt(at);
    if (
      (code >= 48 && code <= 57) ||
      (code >= 65 && code <= 90) ||
      code === 95 ||
      (code >= 97 && code <= 122)
    ) {
      return true;
    }
    return this.#flags.unicode && this.#flags.ignoreCase && (code === 0x17f || code === 0x212a);
  }

  #setCapture(slot: number, value: number): void {
    this.#push(undo.capture, slot, this.captures[slot]!);
    this.captures[slot] = value;
  }

  #setRegister(register: number, value: number): void {
    this.#push(undo.register, register, this.#registers[register]!);
    this.#registers[register] = value;
  }

  /** Goes back to the last alternative above `base`; false when there is none. */
  #backtrack(base: number): boolean {
    const stack = this.#stack;
    while (stack.length > base) {
      const z = stack.pop()!;
      const y = stack.pop()!;
      const x = stack.pop()!;
      const kind = stack.pop()!;
      if (kind === undo.capture) this.captures[x] = y;
      else if (kind === undo.register) this.#registers[x] = y;
      else if (kind === undo.branch) return this.#goOn(x, y);
      else if (kind === undo.greedyRun) return this.#shortenRun(x, y, z);
      else {
        const instruction = this.#instructions[x]!;
        const end = this.#readSet(instruction, y);
        if (end < 0) continue;
        if (z > 1) this.#push(undo.lazyRun, x, end, z - 1);
        return this.#goOn(x + 1, end);
      }
    }
    return false;
  }

  #shortenRun(pc: number, at: number, least: number): boolean {
    const isBackward = this.#instructions[pc]!.isBackward;
    const shorter = isBackward ? at + this.#widthAt(at) : at - this.#widthBefore(at);
    if (shorter !== least) this.#push(undo.greedyRun, pc, shorter, least);
    return this.#goOn(pc + 1, shorter);
  }

  #goOn(pc: number, at: number): boolean {
    this.#nextPc = pc;
    this.#nextAt = at;
    return true;
  }
}

function isLineBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029;
}
