/**
 * Asks the processes that run steps for the lines of what is watched here, and shows what comes.
 *
 * A1. Lines of what nobody watches here are not kept, whoever sends them.
 * A2. What is kept of an execution is bounded: beyond it the oldest lists go, and what they are asked for again is a gap.
 * A3. Nothing is shown twice: lines at positions that are known already are left out.
 */
import type { StepLog } from '@navette/contracts';
import type { TextCarrier } from '@navette/kit';
import type { LiveConsoles } from '../live-consoles.ts';
import { askingAddress, decodePart, encodeRequest, type LinePart } from './line-messages.ts';

/** A third of the lease, so that one lost text ends nothing. */
const renewMs = 2_000;
/** Executions in one text: about 5 KB. */
const maxAsked = 120;
/** Beyond it lines come with the ends of steps only. */
const maxWatched = 2_000;
const maxKeptCharacters = 1_000_000;

interface HeardList {
  list: string;
  lines: (StepLog | undefined)[];
  characters: number;
}

interface HeardExecution {
  /** By path. The one that was heard of last is the last. */
  lists: Map<string, HeardList>;
  characters: number;
}

export interface LineAskerOptions {
  /** Of this process alone, so that lines go to nobody else. */
  address: string;
  consoles: LiveConsoles;
  carriers: readonly TextCarrier[];
}

export class LineAsker {
  readonly #options: LineAskerOptions;
  readonly #watched = new Map<string, HeardExecution>();
  readonly #unlisten: (() => void)[];
  #renewal: NodeJS.Timeout | undefined;

  constructor(options: LineAskerOptions) {
    this.#options = options;
    const { address, carriers, consoles } = options;
    this.#unlisten = carriers.map((carrier) => carrier.listen(address, (text) => this.#hear(text)));
    consoles.onWatched = (executionId, isWatched) =>
      isWatched ? this.#watch(executionId) : this.#unwatch(executionId);
  }

  close(): void {
    clearInterval(this.#renewal);
    this.#options.consoles.onWatched = () => {};
    for (const unlisten of this.#unlisten) unlisten();
  }

  #watch(executionId: string): void {
    if (this.#watched.size >= maxWatched) return;
    this.#watched.set(executionId, { lists: new Map(), characters: 0 });
    this.#ask({ watched: [executionId] });
    this.#renewal ??= setInterval(() => this.#renew(), renewMs).unref();
  }

  #unwatch(executionId: string): void {
    if (!this.#watched.delete(executionId)) return;
    this.#ask({ unwatched: [executionId] });
    if (this.#watched.size > 0) return;
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }

  #renew(): void {
    const ids = [...this.#watched.keys()];
    for (let at = 0; at < ids.length; at += maxAsked) this.#ask({ watched: ids.slice(at, at + maxAsked) });
  }

  /** Over each carrier: a process that runs steps may be out of reach of one of them. */
  #ask({ unwatched = [], watched = [] }: { watched?: string[]; unwatched?: string[] }): void {
    const { address, carriers } = this.#options;
    const text = encodeRequest({ asker: address, watched, unwatched });
    for (const carrier of carriers) if (carrier.isUp) carrier.send(askingAddress, text);
  }

  #hear(text: string): void {
    const part = decodePart(text);
    const execution = part && this.#watched.get(part.executionId);
    if (!execution) return;
    if (part.isOver) this.#end(execution, part);
    else this.#show(execution, part);
  }

  #show(execution: HeardExecution, part: LinePart): void {
    const { from, path } = part;
    let heard = execution.lists.get(path);
    if (heard?.list !== part.list) {
      this.#forget(execution, path);
      heard = { list: part.list, lines: [], characters: 0 };
    }
    execution.lists.delete(path);
    execution.lists.set(path, heard);
    const fresh = part.lines.slice(Math.max(0, heard.lines.length - from));
    while (heard.lines.length < from) heard.lines.push(undefined);
    heard.lines.push(...fresh);
    const characters = fresh.reduce((sum, { message }) => sum + message.length, 0);
    heard.characters += characters;
    execution.characters += characters;
    this.#options.consoles.heard(part, heard.lines);
    for (const [oldest] of execution.lists) {
      if (execution.characters <= maxKeptCharacters || oldest === path) break;
      this.#forget(execution, oldest);
      this.#options.consoles.endedElsewhere({ executionId: part.executionId, path: oldest });
    }
  }

  #end(execution: HeardExecution, part: LinePart): void {
    if (execution.lists.get(part.path)?.list !== part.list) return;
    this.#forget(execution, part.path);
    this.#options.consoles.endedElsewhere(part);
  }

  #forget(execution: HeardExecution, path: string): void {
    execution.characters -= execution.lists.get(path)?.characters ?? 0;
    execution.lists.delete(path);
  }
}
