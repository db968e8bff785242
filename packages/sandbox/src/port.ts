/**
 * The port of code that people and models write. Code never runs in the process that calls `run`: an engine hands the
 * task to a runner process and speaks with it over two pipes.
 *
 * What crosses the border, in both directions, is JSON text. An engine never parses the input, the output, the
 * arguments or the answers of calls: the callers know what is in them.
 */

export type EngineName = 'quickjs' | 'v8' | 'python';

export type CodeLanguage = 'javascript' | 'typescript' | 'python';

export type JailKind = 'bubblewrap' | 'none';

/** What one task may use. A breach ends the task with an error that names the limit. */
export interface CodeLimits {
  /** From the start of the task in a ready runner to its result, waits for host calls included. */
  wallMs: number;
  cpuMs: number;
  /** What the program may hold: the heap of the interpreter, not the runner's own share. */
  memoryBytes: number;
  stackBytes: number;
  sourceBytes: number;
  inputBytes: number;
  outputBytes: number;
  consoleLines: number;
  consoleBytes: number;
  /** Host calls of one task, in all and at the same time. */
  calls: number;
  callsInFlight: number;
  /** Of the arguments, and of the answer, of one host call. */
  callBytes: number;
  /** Processes besides the runner's own. */
  processes: number;
}

/** A module that code may import by its name: `source` is plain JavaScript (an ES module) or Python. */
export interface CodeModule {
  name: string;
  source: string;
}

/**
 * One run of one program.
 *
 * A `source` without `export default` is the body of an async function with the names of `parameters`. With it (only
 * JavaScript and TypeScript), the exported function is called with the same values.
 *
 * `prelude` is code of ours: a function body of `(input, host)` that runs first in the same realm. It may set globals
 * and returns the list of values for the program's parameters. Without it they are `[input, host]`. In QuickJS it has a
 * third parameter, `whenIdle(act)`: `act` is called whenever the program can go on no more and waits for no host call, and
 * again when it gave `true`, which says that the program may go on now. The fourth, `whenOver(act)`: `act` is called when
 * the program has ended. The fifth, `advance(ms)`: with `determinism`, the program's clock goes on to this time.
 *
 * @example
 * const task = { language: 'javascript', source: 'return input.map((n) => n * 2)', input: '[1,2]', bindings: [], … };
 * (await engine.run(task, { signal })).output; // "[2,4]"
 */
export interface CodeTask {
  language: CodeLanguage;
  source: string;
  /** One JSON text; the program sees it parsed, as `input`. */
  input: string;
  /** Default `['input', 'host']`. */
  parameters?: readonly string[];
  prelude?: string;
  modules?: readonly CodeModule[];
  /** Names of the host functions: "http.request" is called as `await host.http.request(…)`. */
  bindings: readonly string[];
  limits: CodeLimits;
  /** A runner is never used for two projects; some engines also part the versions. */
  reuseKey: { projectId: string; versionId: string };
  /** Fixes `Date` and `Math.random`, so that the same program with the same answers does the same. */
  determinism?: { nowMs: number; seed: string };
  /**
   * Only reads the program: nothing of it runs, and neither does the prelude. The output is "null", or the error is that
   * of the parser, or of an import that cannot be had.
   */
  checkOnly?: boolean;
}

export interface ConsoleLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  text: string;
  /** Milliseconds since 1970, on the host's clock. */
  at: number;
}

export interface HostCall {
  /** Counts from 1 in the order of the program's calls. */
  id: number;
  /** One of the task's bindings. */
  name: string;
  /** The list of arguments, as JSON text ("[]" without arguments). */
  args: string;
}

export interface HostAnswer {
  /** JSON text. */
  output: string;
  /** With `determinism`: the program's clock goes on to this time. */
  nowMs?: number;
}

export interface CodeHost {
  /** Ends the task at once; `run` rejects with the signal's reason. */
  signal?: AbortSignal;
  onConsole?(line: ConsoleLine): void;
  /**
   * Answers a host call. What it throws reaches the program as an error with `code`, `message` and `help`; a defect
   * (kind `bug`) without its words. When the program lets it pass, it is the `cause` of SANDBOX_CODE_THREW.
   */
  onCall?(call: HostCall): Promise<HostAnswer>;
}

export interface CodeUsage {
  cpuMs: number;
  wallMs: number;
  peakMemoryBytes: number;
}

export interface CodeResult {
  /** What the program returned, as JSON text ("null" for undefined). */
  output: string;
  usage: CodeUsage;
}

export type EngineAvailability =
  /** `runtime`: what runs the code, where it depends on the machine: "python3 3.11.7". */
  | { available: true; jail: JailKind; runtime?: string }
  /** `reason`: one sentence for people. */
  | { available: false; reason: string };

/** Every method may be called at any time; `close` ends all runners, and `run` then refuses (SANDBOX_CLOSED). */
export interface CodeEngine {
  readonly name: EngineName;
  readonly languages: readonly CodeLanguage[];
  /** Tries the jail once and remembers the outcome. */
  availability(): Promise<EngineAvailability>;
  /** Starts the runners that are kept ready. Nothing needs it: a first task starts its runner itself. */
  warmUp(): Promise<void>;
  /** Rejects with a `NavetteError` of `sandboxErrors`, or with the reason of the signal. */
  run(task: CodeTask, host?: CodeHost): Promise<CodeResult>;
  /** No process is left when it returns. */
  close(): Promise<void>;
}
