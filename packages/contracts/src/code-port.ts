/** How a step has code run that a person or a model wrote: never in the process of the server, and under limits. */
import type { Json } from '@navette/kit/portable';
import type { LogLevel, StepNotice } from './journal.ts';

export const codeEngines = ['quickjs', 'v8', 'python'] as const;
export type CodeEngineName = (typeof codeEngines)[number];

export const codeLanguages = ['javascript', 'typescript', 'python'] as const;
export type CodeLanguageName = (typeof codeLanguages)[number];

/** Limits that a step may ask for; the policy of the server bounds them. */
export interface CodeStepLimits {
  /** From start to result, waits included. */
  wallMs?: number | undefined;
  cpuMs?: number | undefined;
  memoryBytes?: number | undefined;
}

/** One run of one program. What goes in and comes out is JSON text, which the port does not look into. */
export interface CodeRun {
  engine: CodeEngineName;
  language: CodeLanguageName;
  /** Body of an async function whose parameters have the names of `parameters`. */
  source: string;
  parameters: readonly string[];
  /**
   * Trusted code that runs first in the same realm: body of a function of `(input, host)` that gives the values of the
   * parameters. `host` has what `functions` names, and `http` where hosts are allowed.
   */
  prelude: string;
  input: string;
  /** Those of `CodePort.modules` that the source imports. */
  modules: readonly string[];
  limits: CodeStepLimits;
  /** Hosts that `http` of the code may reach, as far as the policy allows them; none: there is no `http`. */
  allowedHosts: readonly string[];
  /** A named policy that narrows what the project allows. */
  policy?: string | undefined;
  /** The credential that the code names for a request; undefined when the step has none of that name. */
  credential?(name: string): Promise<CodeCredential | undefined>;
  /** Host functions, by the name under which the code calls them. What they throw reaches the code as an error. */
  functions: ReadonlyMap<string, (args: readonly Json[]) => Promise<Json>>;
  /** A line for the log of the step: of the console, or about a request. */
  onLine(line: string, level?: LogLevel, notice?: StepNotice): void;
}

/** What a credential puts onto a request, and where it may go. */
export interface CodeCredential {
  headers: [string, string][];
  query: [string, string][];
  /** Undefined: any host. */
  allowedHosts: string[] | undefined;
}

/** Code that a node holds, as the engine gets it: what can be known to be wrong with it before it runs. */
export interface HeldCode {
  engine: CodeEngineName;
  language: CodeLanguageName;
  source: string;
  parameters: readonly string[];
  /** Those of `CodePort.modules` that it imports. */
  modules: readonly string[];
  /** The error of the engine, its place that of the user's text. */
  place?(error: unknown): unknown;
}

export interface CodeUsageReport {
  cpuMs: number;
  wallMs: number;
  peakMemoryBytes: number;
}

/** Bound to the step: its project, its version, its signal. */
export interface CodePort {
  /** Names of the libraries that JavaScript and TypeScript can import. */
  readonly modules: readonly string[];
  /** Throws SANDBOX_* errors, or the reason of the step's signal. */
  run(run: CodeRun): Promise<{ output: string; usage: CodeUsageReport }>;
}
