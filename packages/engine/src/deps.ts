import type { ProgramPort } from '@navette/contracts';
import type { Clock, Logger } from '@navette/kit';
import type { QueueBounds } from './admission/queue-bounds.ts';
import type { LinkSource } from './link-source.ts';
import type {
  CredentialSource,
  Dispatcher,
  ExecutionStore,
  NodeTypes,
  StepConsoles,
  StepPorts,
  VersionSource,
} from './ports.ts';
import type { Post } from './post.ts';
import type { StepHost } from './run/step-host.ts';
import type { StepOutcome } from './run/step-outcome.ts';
import type { StepState } from './state/execution-state.ts';

/** The ports that the engine is built on. */
export interface EngineDeps {
  store: ExecutionStore;
  versions: VersionSource;
  nodeTypes: NodeTypes;
  credentials: CredentialSource;
  stepPorts: StepPorts;
  dispatcher: Dispatcher;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  /** A new bare UUID, time-ordered. */
  uuid(): string;
  /**
   * False when the store may have given this worker up (it was frozen, or the store is away): an effect then starts only
   * once a write has shown that the execution is still its own. Always fresh when left out.
   */
  isLeaseFresh?(): boolean;
  logger: Logger;
  /** Where people look at an execution. */
  executionUrl?(executionId: string): string;
  /** Where there is none, no step can give a link away. */
  links?: LinkSource;
  /** Throws why no new work can be taken now: the store is away or full. Called by every start. */
  assertTakesWork?(): void;
  /** Told of what steps write while they are at work. */
  consoles?: StepConsoles;
  /** Where there is none, programs fail. */
  programs?: ProgramPort;
  /** How much may be queued; no bounds when left out. */
  queueBounds?: Pick<QueueBounds, 'assertRoom' | 'noteQueued' | 'noteTaken'>;
}

/** How the calls of programs ended in the execution that is replayed. */
export interface RecordedCalls {
  /** Its place among all ends, and when it was (Unix milliseconds); undefined when it is not on record. */
  endOf(path: string): { order: number; at: number } | undefined;
  /** The replay cannot say what the call gives. */
  isUnanswered(path: string): boolean;
}

/** What runs get: the ports, and what the engine made of them. */
export interface RunDeps extends EngineDeps {
  post: Post;
  /** Runs a step in place of the engine: replays answer effects from the journal. */
  interceptStep?(host: StepHost, step: StepState): Promise<StepOutcome>;
  /** Of replays: see L5 of ProgramSession. */
  recordedCalls?: RecordedCalls;
}
