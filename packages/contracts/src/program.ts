/**
 * Between the engine and what runs programs (coded workflows). The engine knows nothing of languages or isolation: it
 * answers calls.
 *
 * P1. The program's course depends on its input, seed and start, and on the answers in the order in which they come.
 * P2. `next` is called when the program can go on no more, with every call made since; one is answered at a time.
 * P3. A call is called "@" and its name (its node type without one), from the second one on with ":2", ":3" …
 * P4. Of what `foresee` gave the program may take the first answer whose call it has made, without asking, as long as every
 *     call that it made since is among them. It is told all the same: `next` is called as P2 says for each answer taken, in
 *     that order, before anything new is asked. What `next` gives then is that same answer, or the program is dropped.
 */
import type { Json, NavetteError } from '@navette/kit/portable';
import type { BinaryRef, Item } from './item.ts';
import type { CallRequest, LogLevel } from './journal.ts';
import type { ProgramSource } from './node-definition.ts';
import type { WorkflowCodeSettings } from './workflow.ts';

/** A call as a program makes it; `id` counts up from 0 in the order in which it makes them. */
export interface ProgramCall extends CallRequest {
  id: number;
  nodeType: string;
  /** By which it is found again; the node type when left out. */
  name?: string;
}

export interface ProgramAnswer {
  id: number;
  /** See P3; left out when the call was refused. */
  call?: string;
  /** The time in the program from now on, Unix milliseconds. */
  now: number;
  /** Items per output port, the first port first, or the error that the call throws. */
  result:
    | { outputs: { port: string; items: readonly Item[] }[] }
    | { error: { code: string; message: string } };
}

/** An answer that is known before the program has made the call (again). */
export interface ForeseenAnswer extends Omit<ProgramAnswer, 'id'> {
  call: string;
}

/** Whose program it is, for the policies around it. */
export interface ProgramOrigin extends Pick<ProgramSource, 'allowedHosts' | 'policy'> {
  projectId: string;
  /** What the workflow says of its code. */
  workflowCode?: WorkflowCodeSettings | undefined;
}

export interface ProgramTask extends ProgramSource, ProgramOrigin {
  versionId: string;
  /** The `json` of the items that the program gets. */
  input: readonly Json[];
  /** The files of these items; left out when none has any. */
  files?: readonly (Readonly<Record<string, BinaryRef>> | null)[];
  /** Of everything in the program that is left to chance. */
  seed: string;
  /** The time in the program before the first answer, Unix milliseconds. */
  now: number;
  /** The program is dropped, wherever it is. */
  signal: AbortSignal;
}

export interface ProgramHost {
  /** Rejects when the program is to be dropped. */
  next(made: readonly ProgramCall[]): Promise<ProgramAnswer>;
  /** The answers that come next as far as they are known, in their order. Nobody needs to ask; see P4. */
  foresee?(limit: number): ForeseenAnswer[];
  log(message: string, level?: LogLevel): void;
}

export interface ProgramPort {
  /**
   * Why the policies do not let the program call nodes of that type; undefined when they do, as when this is left out.
   * Asked before each attempt: the call is a step, and fails with it.
   */
  refuseCall?(nodeType: string, program: ProgramOrigin): Promise<NavetteError | undefined>;
  /** What the program returns. Rejects with what it throws, or with what `next` rejected with. */
  run(task: ProgramTask, host: ProgramHost): Promise<Json | undefined>;
}
