export type EscapeClass =
  | 'files'
  | 'processes'
  | 'network'
  | 'environment'
  | 'prototypes'
  | 'constructors'
  | 'dynamic-import'
  | 'timers'
  | 'stacks'
  | 'wasm-memory'
  | 'deserialisation'
  | 'protocol'
  | 'symlinks'
  | 'proc'
  | 'signals'
  | 'descriptors';

/** What an attempt finds in its `input`: where the things are that it must not reach. */
export interface EscapeTargets {
  /** A file with a secret, and the folder that it is in. */
  canaryFile: string;
  folder: string;
  /** The name of an environment variable of the host with a secret. */
  canaryVariable: string;
  /** A path where a file must not appear. */
  marker: string;
  /** Where a TCP and a Unix server listen, which must hear nothing. */
  port: number;
  socket: string;
  /** The process that runs the engine; SIGUSR2 to it is counted. */
  pid: number;
}

/** One program that tries to leave. It is data: the world around it (escape-world.ts) sees whether it did. */
export interface EscapeAttempt {
  name: string;
  class: EscapeClass;
  language: 'javascript' | 'typescript' | 'python';
  source: string;
  /**
   * Beside what the world sees: what in the program's output, console or calls proves that it got through. Default: the
   * word ESCAPED in any of them.
   */
  detects?(heard: string): boolean;
}
