/**
 * What is wrong with the code in a workflow, found before it runs: each node's code is read by the sandbox, in a runner,
 * and never by this process.
 *
 * C1. A check costs the server no time of its own: one at a time in a process, each under limits, all of a workflow
 *     within `budgetMs`. What was not reached is said to be unchecked.
 * C2. Only what certainly fails is an error. An engine that is not here, is busy or gives up makes a warning.
 * C3. The same code is read once: answers are kept by the hash of all that they depend on.
 */
import { createHash } from 'node:crypto';
import {
  type CodeIssue,
  encodePointer,
  type HeldCode,
  type NodeDefinition,
  type WorkflowDefinition,
} from '@navette/contracts';
import type { NodeTypes } from '@navette/engine';
import { type Logger, NavetteError } from '@navette/kit';
import { type CodeEngines, checkCode, codeModuleNames } from '@navette/sandbox';

const budgetMs = 5_000;
const maxIssues = 100;
const maxKept = 2_000;
/** Requests that wait for their turn; more are answered without a check. */
const maxWaiting = 50;
/** What these say is true wherever the code runs. */
const certain = new Set([
  'SANDBOX_SYNTAX',
  'SANDBOX_IMPORT_FORBIDDEN',
  'SANDBOX_LANGUAGE_UNKNOWN',
  'CODE_IMPORT_UNKNOWN',
  'CODE_IMPORT_FORM',
  'PROGRAM_IMPORT_FORBIDDEN',
  'PROGRAM_CALL_REFUSED',
]);

type Finding = Omit<CodeIssue, 'nodeId' | 'path'>;

interface Held {
  nodeId: string;
  path: string;
  read(): HeldCode;
}

export class CodeChecks {
  readonly #engines: CodeEngines;
  readonly #nodeTypes: NodeTypes;
  readonly #logger: Logger;
  readonly #known = new Map<string, Finding | undefined>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: { engines: CodeEngines; nodeTypes: NodeTypes; logger: Logger }) {
    this.#engines = options.engines;
    this.#nodeTypes = options.nodeTypes;
    this.#logger = options.logger;
  }

  /** Never throws for what is in the definition. */
  async check(projectId: string, definition: WorkflowDefinition): Promise<CodeIssue[]> {
    const held = this.#listHeld(definition);
    if (held.length === 0) return [];
    const issues: CodeIssue[] = [];
    const budget = AbortSignal.timeout(budgetMs);
    for (const { nodeId, path, read } of held) {
      const finding = await this.#checkOne(projectId, read, budget);
      if (finding) issues.push({ nodeId, path, ...finding });
      if (issues.length >= maxIssues) break;
    }
    return issues;
  }

  #listHeld({ nodes }: WorkflowDefinition): Held[] {
    return nodes.flatMap((node, index) => {
      const type = this.#nodeTypes.find(node.type, node.typeVersion);
      const codeOf = type?.kind === 'node' ? type.codeOf : undefined;
      const parsed = codeOf && type!.parameters.safeParse(node.parameters);
      // Parameters that are not what they should be are found by others, or depend on the run.
      if (!codeOf || !parsed?.success) return [];
      const { literalParameters } = type as NodeDefinition;
      const path = `/nodes/${index}/parameters${encodePointer(literalParameters?.slice(0, 1) ?? [])}`;
      return [{ nodeId: node.id, path, read: () => codeOf(parsed.data, codeModuleNames) }];
    });
  }

  async #checkOne(
    projectId: string,
    read: () => HeldCode,
    signal: AbortSignal,
  ): Promise<Finding | undefined> {
    let code: HeldCode;
    try {
      code = read();
    } catch (error) {
      return this.#describe(error);
    }
    const key = hash(code);
    if (this.#known.has(key)) return this.#known.get(key);
    const finding = await this.#inTurn(signal, () =>
      checkCode(this.#engines, code, { projectId, signal }).then(
        () => undefined,
        (error: unknown) => this.#describe(error),
      ),
    );
    if (finding?.severity !== 'warning') this.#keep(key, finding);
    return finding;
  }

  /** One at a time, in the order in which they came. */
  async #inTurn(signal: AbortSignal, act: () => Promise<Finding | undefined>): Promise<Finding | undefined> {
    if (this.#waiting >= maxWaiting) return createUnchecked('too many are being checked already');
    this.#waiting += 1;
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = turn.promise;
    try {
      await before;
      return signal.aborted ? createUnchecked('checking took too long') : await act();
    } finally {
      this.#waiting -= 1;
      turn.resolve();
    }
  }

  #keep(key: string, finding: Finding | undefined): void {
    this.#known.set(key, finding);
    if (this.#known.size > maxKept) this.#known.delete(this.#known.keys().next().value!);
  }

  #describe(error: unknown): Finding {
    if (!NavetteError.is(error)) {
      // Its time was over.
      if (isTimeout(error)) return createUnchecked('checking took too long');
      this.#logger.error({ err: error }, 'Code could not be checked');
      return createUnchecked('the check failed');
    }
    if (!certain.has(error.code)) return createUnchecked(error.message);
    const { code, help, message, params } = error;
    return {
      severity: 'error',
      code,
      message,
      ...(help ? { help } : {}),
      ...toPlace('line', params['line']),
      ...toPlace('column', params['column']),
    };
  }
}

function toPlace(name: 'line' | 'column', value: unknown): { line?: number; column?: number } {
  const number = Number(value);
  return Number.isSafeInteger(number) && number > 0 ? { [name]: number } : {};
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function createUnchecked(reason: string): Finding {
  return {
    severity: 'warning',
    code: 'CODE_NOT_CHECKED',
    message: `The code was not checked: ${reason}`,
    help: 'Mistakes in it show when it runs.',
  };
}

function hash({ engine, language, modules, parameters, source }: HeldCode): string {
  const text = JSON.stringify([engine, language, parameters, modules, source]);
  return createHash('sha256').update(text).digest('base64');
}
