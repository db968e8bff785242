/**
 * Brings the lines of one execution at work here to one process that asked for them.
 *
 * L1. It holds no lines: its state is how far it has read each list. What a carrier refuses is read again a moment later.
 * L2. What does not fit the budgets is left out, the older lines first, so that what is shown is what happens now. The
 *     reader of the other side sees it from the positions.
 * L3. It lives as long as it is asked for, by one carrier or several, and not a lease longer.
 */
import type { StepLog } from '@navette/contracts';
import type { TextCarrier } from '@navette/kit';
import type { LiveConsoles } from '../live-consoles.ts';
import { ByteBudget } from './byte-budget.ts';
import { encodePart, sizeOfLine } from './line-messages.ts';

/** Between two sends, and before lines that were refused or did not fit are looked at again. */
const gatherMs = 200;
const budgetOfExecution = { perSecond: 16 * 1024, atOnce: 64 * 1024 };

export interface LineReaderOptions {
  executionId: string;
  /** Address of who asked. */
  asker: string;
  consoles: LiveConsoles;
  /** Those to be used first come first. */
  carriers: readonly TextCarrier[];
  /** Of all readers of this process. */
  processBudget: ByteBudget;
  /** How many processes watch the execution. */
  countReaders(): number;
  /** The name of a list, the same for all readers. */
  nameList(lines: readonly StepLog[]): string;
}

interface Position {
  lines: readonly StepLog[];
  count: number;
}

export class LineReader {
  readonly #options: LineReaderOptions;
  readonly #read = new Map<string, Position>();
  readonly #budget = new ByteBudget(budgetOfExecution);
  /** Carrier → until when it is asked by it, by `performance.now()`. */
  readonly #askedUntil = new Map<TextCarrier, number>();
  readonly #untap: () => void;
  #timer: NodeJS.Timeout | undefined;
  #sentAt = Number.NEGATIVE_INFINITY;
  #turn = 0;

  constructor(options: LineReaderOptions) {
    this.#options = options;
    this.#untap = options.consoles.tap(options.executionId, () => this.#plan());
    this.#plan();
  }

  get isAsked(): boolean {
    const now = performance.now();
    return [...this.#askedUntil.values()].some((until) => until > now);
  }

  asked(carrier: TextCarrier, leaseMs: number): void {
    this.#askedUntil.set(carrier, performance.now() + leaseMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#untap();
  }

  #plan(delayMs = Math.max(0, this.#sentAt + gatherMs - performance.now())): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#send();
    }, delayMs);
  }

  #send(): void {
    const carrier = this.#chooseCarrier();
    const isDone = carrier !== undefined && this.#sendEnds(carrier) && this.#sendLines(carrier);
    this.#sentAt = performance.now();
    if (!isDone && this.isAsked) this.#plan(gatherMs);
  }

  #chooseCarrier(): TextCarrier | undefined {
    const now = performance.now();
    return this.#options.carriers.find((one) => one.isUp && (this.#askedUntil.get(one) ?? 0) > now);
  }

  /** Whether everything that is over has been told of. */
  #sendEnds(carrier: TextCarrier): boolean {
    const lists = this.#list();
    for (const [path, { lines, count }] of this.#read) {
      if (lists.get(path) === lines) continue;
      // A list that takes its place tells of its end as well.
      if (!lists.has(path) && !this.#give(carrier, { path, lines, from: count, to: count, isOver: true }))
        return false;
      this.#read.delete(path);
    }
    return true;
  }

  /** Whether everything has been sent or left out. The lists take turns to be first. */
  #sendLines(carrier: TextCarrier): boolean {
    const lists = [...this.#list()].filter(([path, lines]) => this.#countOf(path) < lines.length);
    if (lists.length === 0) return true;
    const first = this.#turn++ % lists.length;
    let isDone = true;
    for (const [path, lines] of [...lists.slice(first), ...lists.slice(0, first)])
      isDone = this.#sendList(carrier, path, lines) && isDone;
    return isDone;
  }

  #sendList(carrier: TextCarrier, path: string, lines: readonly StepLog[]): boolean {
    const overhead =
      Buffer.byteLength(encodePart(this.#toPart({ path, lines, from: 0, to: 0 }))) + spareBytes;
    const fit = { left: this.#left(), textBytes: carrier.maxTextBytes - overhead, overhead };
    const parts = cutNewest(lines, this.#countOf(path), fit);
    for (const [from, to] of parts) if (!this.#give(carrier, { path, lines, from, to })) return false;
    return this.#countOf(path) === lines.length;
  }

  /** Sends one part and moves on; false when the carrier has no room now. What fits no text, a long path, is left out. */
  #give(carrier: TextCarrier, cut: Cut): boolean {
    const text = encodePart(this.#toPart(cut));
    const bytes = Buffer.byteLength(text);
    if (bytes <= carrier.maxTextBytes && !carrier.send(this.#options.asker, text)) return false;
    this.#budget.spend(bytes);
    this.#options.processBudget.spend(bytes);
    this.#read.set(cut.path, { lines: cut.lines, count: cut.to });
    return true;
  }

  #toPart({ from, isOver = false, lines, path, to }: Cut) {
    const { executionId, nameList } = this.#options;
    return { executionId, path, list: nameList(lines), from, lines: lines.slice(from, to), isOver };
  }

  #left(): number {
    const { countReaders, processBudget } = this.#options;
    return Math.min(this.#budget.left(Math.max(1, countReaders())), processBudget.left());
  }

  #list() {
    return this.#options.consoles.listOwn(this.#options.executionId);
  }

  #countOf(path: string): number {
    return this.#read.get(path)?.count ?? 0;
  }
}

interface Cut {
  path: string;
  lines: readonly StepLog[];
  from: number;
  to: number;
  isOver?: boolean;
}

/** For the digits of a position. */
const spareBytes = 8;

/**
 * The newest lines after a position that fit, as parts that each fit a text, the oldest first. None when there is no room
 * for the newest one; without lines where it fits no text, so that others know of it.
 */
function cutNewest(
  lines: readonly StepLog[],
  known: number,
  { left, overhead, textBytes }: { left: number; overhead: number; textBytes: number },
): [from: number, to: number][] {
  const parts: [from: number, to: number][] = [];
  let spent = overhead;
  let inText = 0;
  let to = lines.length;
  let from = to;
  for (; from > known; from--) {
    const bytes = sizeOfLine(lines[from - 1]!);
    if (bytes > textBytes) break;
    const isNewText = inText + bytes > textBytes;
    if (spent + bytes + (isNewText ? overhead : 0) > left) break;
    if (isNewText) {
      parts.unshift([from, to]);
      to = from;
      spent += overhead;
      inText = 0;
    }
    spent += bytes;
    inText += bytes;
  }
  if (to > from) parts.unshift([from, to]);
  const isTooLong = parts.length === 0 && sizeOfLine(lines.at(-1)!) > textBytes;
  return isTooLong ? [[lines.length, lines.length]] : parts;
}
