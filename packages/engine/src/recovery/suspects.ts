/**
 * Poison is contained: an execution whose workers stop again and again is ended, and those that were at work beside it
 * are not taken for it.
 *
 * Owns: which suspect is at work here.
 *
 * P1. An execution is taken over three times at most without any progress in between; then it ends as failed.
 * P2. From the second death in a row on it is a suspect. Of the suspects, one at a time is at work in a process; the
 *     others are parked, which is no death. So whatever stops the process stands alone after two deaths, and only the
 *     two that it brought upon the others count against them.
 * P3. A suspect that was at work for a minute beside waiting ones is cleared: its deaths so far count no more. What needs
 *     longer than that to stop its process still ends, after ten deaths without progress.
 */
import { type Clock, type ErrorRecord, encodeId } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { ExecutionState } from '../state/execution-state.ts';
import type { DeathCount } from './death-count.ts';

const maxTakeOvers = 3;
const maxDeaths = 10;
/** From here on it may be the one that stops the workers. */
const suspectFrom = 2;
const alonePeriodMs = 60_000;
/** How long a suspect is parked before it asks again. */
export const putOffMs = 2_000;

/** What this needs of a run. */
export interface SuspectRun {
  readonly state: ExecutionState;
  /** Whether it is no longer in the hands of this process. */
  readonly over: boolean;
  /** Writes down that its deaths so far count no more. */
  clear(): void;
}

export type Verdict = 'run' | 'run-alone' | 'put-off' | 'end';

export class Suspects {
  readonly #clock: Clock;
  #alone: { run: SuspectRun; since: number; done: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  judge({ inRow, sinceCleared }: DeathCount): Verdict {
    if (sinceCleared > maxTakeOvers || inRow > maxDeaths) return 'end';
    if (inRow < suspectFrom) return 'run';
    return this.#isFree() ? 'run-alone' : 'put-off';
  }

  /** The run that was told to run alone. */
  watch(run: SuspectRun): void {
    this.#alone = { run, since: this.#clock.now(), done: run.state.doneCount };
  }

  #isFree(): boolean {
    const alone = this.#alone;
    if (!alone) return true;
    if (!alone.run.over && alone.run.state.doneCount === alone.done) {
      if (this.#clock.now() - alone.since < alonePeriodMs) return false;
      alone.run.clear();
    }
    this.#alone = undefined;
    return true;
  }
}

/** The end of an execution that is taken over no more. */
export function describePoison(state: ExecutionState, { inRow, workers }: DeathCount): ErrorRecord {
  const inFlight = state.steps().filter((step) => step.inFlight);
  const steps = inFlight.length > 0 ? inFlight : state.takeReady();
  const names = steps.map((step) => `"${step.node.node.name}"`);
  const error = engineErrors
    .create('EXECUTION_POISONED', {
      params: {
        deaths: inRow,
        steps: listSome(names),
        workers: listSome(workers.map((worker) => encodeId('worker', worker))),
      },
    })
    .toRecord();
  const only = steps.length === 1 ? steps[0]!.node.node : undefined;
  return only ? { ...error, nodeId: only.id, nodeName: only.name } : error;
}

const listed = 10;

function listSome(names: readonly string[]): string {
  if (names.length === 0) return 'unknown';
  const shown = names.slice(0, listed).join(', ');
  return names.length > listed ? `${shown} and ${names.length - listed} more` : shown;
}
