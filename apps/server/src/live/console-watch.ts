import type { StepLog } from '@navette/contracts';

/** What is known of a step's lines, by position. A hole is a line that did not get here. */
export type LineList = readonly (StepLog | undefined)[];

/** Lines of a step from a position on: what a reader has beyond it is of another try, and over. */
export interface ConsolePart {
  path: string;
  from: number;
  lines: readonly StepLog[];
  /** Lines right before `from` that are not shown now. */
  skipped?: number;
}

/** Lines of one part, so that messages stay small. */
const maxPartLines = 100;

/** How far one reader is. */
export class ConsoleWatch {
  readonly #read = new Map<string, { lines: LineList; count: number }>();
  readonly #find: () => ReadonlyMap<string, LineList> | undefined;
  readonly #onClose: (watch: ConsoleWatch) => void;
  #changed = true;
  #wake: (() => void) | undefined;

  constructor(find: () => ReadonlyMap<string, LineList> | undefined, onClose: (watch: ConsoleWatch) => void) {
    this.#find = find;
    this.#onClose = onClose;
  }

  notify(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /** Resolves when something was written since the last call, or the watch was closed. */
  async next(): Promise<void> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    this.#changed = false;
  }

  /** Something that was written and not read yet. To be sent before anything is awaited (V3). */
  take(): ConsolePart | undefined {
    const lists = this.#find();
    for (const path of this.#read.keys()) if (!lists?.has(path)) this.#read.delete(path);
    for (const [path, lines] of lists ?? []) {
      const before = this.#read.get(path);
      const known = before?.lines === lines ? before.count : 0;
      if (known === lines.length) continue;
      const part = cutPart(path, lines, known);
      this.#read.set(path, { lines, count: part.from + part.lines.length });
      return part;
    }
    return undefined;
  }

  close(): void {
    this.#onClose(this);
    this.notify();
  }
}

/** The lines from a position to the next hole. */
function cutPart(path: string, lines: LineList, known: number): ConsolePart {
  let from = known;
  while (from < lines.length && lines[from] === undefined) from++;
  const cut: StepLog[] = [];
  for (let line = lines[from]; line && cut.length < maxPartLines; line = lines[from + cut.length])
    cut.push(line);
  return { path, from, lines: cut, ...(from > known ? { skipped: from - known } : {}) };
}
