/**
 * Which calls of a program build on which. The program hears of its calls in the order in which they end, and its course
 * depends on nothing else: a call builds on exactly those that it had heard of.
 */
import type { JournalRecord } from '@navette/contracts';

interface KnownCall {
  /** How many calls of the program had been heard of when it was made. */
  heard: number;
  /** The how manieth of the program's calls it was to end, from 0; undefined when it has not ended. */
  ended: number | undefined;
}

export class CallOrder {
  readonly #calls = new Map<string, KnownCall>();
  /** By the path of the program: of how many calls the last one that it made had heard. */
  readonly #heardBy = new Map<string, number>();

  constructor(records: readonly JournalRecord[]) {
    const ends = new Map<string, number>();
    for (const record of records) {
      if (!('path' in record)) continue;
      const program = programOf(record.path);
      if (program === undefined) continue;
      if (record.type === 'call-made') {
        // Earlier records do not say it: everything that had ended.
        const heard = record.call.heard ?? ends.get(program) ?? 0;
        this.#calls.set(record.path, { heard, ended: undefined });
        this.#heardBy.set(program, Math.max(heard, this.#heardBy.get(program) ?? 0));
      } else if (record.type === 'step-completed' || record.type === 'step-failed') {
        const call = this.#calls.get(record.path);
        const count = ends.get(program) ?? 0;
        if (call) call.ended = count;
        ends.set(program, count + 1);
      }
    }
  }

  /** Whether the call builds on another one of the same program, or is that call. */
  buildsOn(path: string, before: string): boolean {
    if (path === before) return true;
    const { ended } = this.#calls.get(before) ?? {};
    return ended !== undefined && ended < (this.#calls.get(path)?.heard ?? 0);
  }

  /** Whether the program heard how the call ended and then made others: it goes on from that end. */
  isHeard(path: string): boolean {
    const { ended } = this.#calls.get(path) ?? {};
    return ended !== undefined && ended < (this.#heardBy.get(programOf(path)!) ?? 0);
  }
}

/** The path of the program whose call this is; undefined for other steps. */
export function programOf(path: string): string | undefined {
  const cut = path.lastIndexOf('/');
  return cut > 0 && path[cut + 1] === '@' ? path.slice(0, cut) : undefined;
}
